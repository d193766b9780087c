using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Protocols;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that tells how far it is, and how it ended.</summary>
internal sealed partial class UploadRun
{
    private async Task<UploadResult> FinishAsync(ControlClient control, CancellationToken cancellation)
    {
        _storedAt = await _dialect.FinishAsync(control, _file.Length, cancellation) ?? _storedAt;
        var sha256 = await ConfirmAsync(cancellation);
        _file.CheckUnchanged();
        long handed;
        lock (_gate)
            handed = _plan.HandedBytes;
        return new UploadResult
        {
            Url = _storedAt ?? new Uri(_dialect.Parts[0].Url.GetLeftPart(UriPartial.Path)),
            Protocol = _dialect.Protocol,
            Mode = _request.Mode,
            Restarts = _restarts,
            Bytes = _file.Length,
            Sha256 = sha256,
            Duration = Now,
            SentBytes = handed,
            ResentBytes = Math.Max(0, handed - (_file.Length - _heldAtStart)),
            HeldBytes = _heldAtStart,
            LargestStall = _report.LargestStall,
            FalseAlarms = _report.FalseAlarms,
            Switches = _report.Switches,
            Paths = Reports(),
        };
    }

    /// <summary>Compares what was read with what the server says that it stored, as far as it says so. Returns the SHA-256, empty where nobody computed one.</summary>
    private async Task<string> ConfirmAsync(CancellationToken cancellation)
    {
        var digest = await _digest;
        var kind = RunningDigest.KindOf(digest);
        if (kind == UploadChecksum.None)
            return _storedDigest ?? "";
        if (kind == UploadChecksum.Crc32C && _storedSum is not null && _storedDigest is not null)
            return _storedSum == RunningDigest.Hex(digest) ? _storedDigest : throw Differs("CRC-32C", _storedSum, RunningDigest.Hex(digest));
        // The answer that had the sum was lost, or the file was there before: only the SHA-256 is told of a file that stands.
        var own = kind == UploadChecksum.Sha256 ? RunningDigest.Hex(digest) : await Task.Run(() => _file.Sha256(cancellation), cancellation);
        return _storedDigest is null || _storedDigest == own ? own : throw Differs("SHA-256", _storedDigest, own);
    }

    private static UploadFailedException Differs(string what, string stored, string own) => new(UploadFailure.Integrity,
        $"The server stored other bytes than the file's ({what} {stored}, expected {own}). Ask for a new slot and upload again.");

    private void Tell(TimeSpan now)
    {
        if (Progress is null || now < _nextTold)
            return;
        _nextTold = now + TimeSpan.FromMilliseconds(100);
        long done;
        lock (_gate)
        {
            done = _plan.Acknowledged.Count;
            // One long request is answered once; until then, what the peer's kernel took is the best that is known.
            if (_dialect.IsOrdered)
                done += _plan.Outstanding.Sum(s => Math.Max(0, s.Handed - (_lanes.TryGetValue(s.Path, out var lane) ? lane.LastSample.SendQueueBytes : 0)));
        }
        Progress.Report(new TransferProgress(_file.Length, done, now, [.. _policy.Sending.Select(n => _lanes[n].Path.InterfaceName).Distinct()], Reports(), _report.Switches) { Restarts = _restarts });
    }

    private IReadOnlyList<PathReport> Reports() =>
    [
        .. _lanes.Values.Where(l => l.WasOpened || l.Path.Endpoint is null).OrderBy(l => l.Priority).Select(l => new PathReport(l.Path.InterfaceName, l.Path.Type, l.BytesDone, l.Segments, l.FailedSegments,
            l.LastSample.Rtt > TimeSpan.Zero ? l.LastSample.Rtt : null, l.LossPercent, l.Rate,
            ClientNetworks.Role(_policy, l.Name, l.Connection is not null))
        {
            Endpoint = DescribePath(l.Name).Endpoint,
            Buffer = l.Tuner.Buffer,
            Chunk = ChunkOf(l),
            LargestBuffer = l.LargestBuffer,
            Seed = l.Seed,
            LargestChunk = l.LargestChunk,
            NotSentBytes = l.NotSentBytes,
            Quality = _policy.Quality(l.Name, Now) is { Age: not null } quality ? quality : null,
        }),
    ];
}
