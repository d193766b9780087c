namespace HmacFileServer.Testing.Kills;

/// <summary>
/// Uploads by every protocol at once, the server killed in the middle at an instant of which nobody can say what it was doing, started again
/// (and now and then killed while it starts), asked for all that it had acknowledged, and the uploads go on, by other protocols: round after
/// round. At the end every upload is finished, every file compared, and the folder checked.
/// </summary>
public sealed class KillRun : IAsyncDisposable
{
    private const int Lanes = 6;
    private const int FilesAgain = 3; // files of earlier rounds that are compared again in each round
    private const int RoundsBetweenReports = 100;

    private readonly KillOptions _options;
    private readonly Random _random;
    private readonly KilledServer _server;
    private readonly UploadLane[] _lanes;
    private readonly List<FinishedFile> _files = [];
    private readonly Dictionary<string, int> _answers = []; // its own lock
    private KillResult _result;

    public KillRun(KillOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _server = new KilledServer(options);
        var contents = new List<byte[]>();
        _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new UploadLane(_random.Next(), _server, contents))];
        _result = new KillResult(options.Seed, options.Durability, 0);
    }

    /// <summary>Runs to the end, or to the first broken word, which is in the result.</summary>
    public async Task<KillResult> RunAsync(CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        try
        {
            await _server.StartAsync();
            for (var round = 1; round <= _options.Rounds && !cancellation.IsCancellationRequested; round++)
            {
                await SendAsync();
                await RestartAsync();
                await CheckAsync();
                _result = _result with { Rounds = round, Seconds = clock.GetElapsedTime(begun).TotalSeconds };
                if (round % RoundsBetweenReports == 0)
                    _options.Progress?.Invoke(_result);
            }
            await EndAsync();
        }
        catch (KillFailureException failure)
        {
            _result = failure.Kind switch
            {
                KillFailureKind.LostBytes => _result with { LostBytes = Math.Max(1, failure.Bytes) },
                KillFailureKind.LostUpload => _result with { LostUploads = 1, LostBytes = failure.Bytes },
                KillFailureKind.CorruptFile => _result with { CorruptFiles = 1 },
                _ => _result with { WrongAnswers = 1 },
            };
            _result = _result with { Failure = $"{failure.Message}\n{_server.Output}" };
        }
        catch (Exception error) when (error is ServerGoneException or TimeoutException or InvalidOperationException)
        {
            _result = _result with { Failure = $"{error}\n{_server.Output}" };
        }
        return _result with { Seconds = clock.GetElapsedTime(begun).TotalSeconds, Answers = new SortedDictionary<string, int>(_answers) };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>All send until the server is killed.</summary>
    private async Task SendAsync()
    {
        var trigger = new KillTrigger(_random, _server.Signal);
        var left = new List<IDisposable>();
        var sending = Task.WhenAll(_lanes.Select(l => l.RunAsync(new WireClient(_server.EndPoint, trigger), left, _answers)));
        if (trigger.Delay is { } delay)
        {
            await Task.WhenAny(sending, Task.Delay(delay, TimeProvider.System));
            trigger.Kill();
        }
        await sending;
        if (!trigger.IsKilled)
            throw new InvalidOperationException("The server ended, and nobody had killed it.");
        left.ForEach(l => l.Dispose());
        await _server.KillAsync();
        _result = _result with { Kills = _result.Kills + 1 };
    }

    private async Task RestartAsync()
    {
        while (_random.Next(6) == 0)
        {
            await _server.StartInVainAsync(TimeSpan.FromMilliseconds(_random.NextDouble() * 300));
            _result = _result with { Kills = _result.Kills + 1, KillsInStartUp = _result.KillsInStartUp + 1 };
        }
        await _server.StartAsync();
    }

    private async Task CheckAsync()
    {
        var audits = await Task.WhenAll(_lanes.Select(CheckLaneAsync));
        var again = new UploadAudit(new WireClient(_server.EndPoint), _answers);
        for (var i = 0; i < FilesAgain && _files.Count > 0; i++)
            await again.CompareAsync(_files[_random.Next(_files.Count)]);
        foreach (var audit in audits.Append(again))
            Count(audit);
    }

    private async Task<UploadAudit> CheckLaneAsync(UploadLane lane)
    {
        var audit = new UploadAudit(new WireClient(_server.EndPoint), _answers);
        lane.Tidy();
        // First what is made of parts: if it is a file by now, its parts are gone, and rightly so.
        foreach (var upload in lane.Open.Where(u => u.Parts.Count > 0).ToList())
            await audit.CheckAsync(upload);
        lane.Tidy();
        foreach (var upload in lane.Open.Where(u => u.Parts.Count == 0))
            await audit.CheckAsync(upload);
        lane.Tidy();
        foreach (var upload in lane.Over)
        {
            var file = await audit.CheckAsync(upload);
            lock (_files)
            {
                if (file is not null)
                    _files.Add(file);
                _result = file is not null
                    ? _result with { FinishedFiles = _result.FinishedFiles + 1 }
                    : _result with { CancelledUploads = _result.CancelledUploads + 1 };
            }
        }
        lane.Over.Clear();
        return audit;
    }

    /// <summary>Everything that was begun is finished and compared, and the folder is checked.</summary>
    private async Task EndAsync()
    {
        var left = new List<IDisposable>();
        await Task.WhenAll(_lanes.Select(l => l.EndAsync(new WireClient(_server.EndPoint), left, _answers)));
        left.ForEach(l => l.Dispose());
        await CheckAsync();
        var audit = new UploadAudit(new WireClient(_server.EndPoint), _answers);
        foreach (var file in _files)
            await audit.CompareAsync(file);
        Count(audit);
        await _server.KillAsync();
        if (await _server.FindDamageAsync() is { } damage)
            _result = _result with { Failure = $"fsck: {damage}" };
    }

    private void Count(UploadAudit audit) => _result = _result with
    {
        AcknowledgedBytesChecked = _result.AcknowledgedBytesChecked + audit.Bytes,
        FilesCompared = _result.FilesCompared + audit.FilesCompared,
    };
}
