using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that asks the server what it has, and takes in what it answers.</summary>
internal sealed partial class UploadRun
{
    /// <summary>Answers in a row that made no sense of an otherwise healthy server, before the upload is given up.</summary>
    private const int MostRefusals = 5;

    /// <summary>A busy server is left alone for this long, and longer each time.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(200);

    private void AskWhereInDoubt(TimeSpan now)
    {
        if (_asked is not null || now < _nextQuestion || !_dialect.CanAsk)
            return;
        var connection = _policy.Sending.Select(name => _lanes[name].Connection).FirstOrDefault(c => c is { IsAborted: false } && _lanes[c.Path.Name].Proven == c);
        if (connection is null)
            return;
        lock (_gate)
            _asked = _dialect.IsOrdered ? PartInDoubt() : WholeInDoubt(now);
        if (_asked is null)
            return;
        _askedOn = connection;
        connection.Ask(_asked);
    }

    private Question? WholeInDoubt(TimeSpan now)
    {
        var nothingMoves = _started && !_plan.IsComplete && _plan.FreeBytes == 0 && _plan.Outstanding.Count == 0;
        var allSent = _started && _plan.IsComplete && _plan.Outstanding.Count == 0 && _file.Length > 0;
        if (_started && _plan.Uncertain.IsEmpty && !nothingMoves && !allSent)
            return null;
        return _started && now < _settledAt && _plan.FreeBytes > 0 ? null : new Question(_plan.Uncertain.Clone(), _dialect.Parts[0]);
    }

    private void HandleAnswer(RunEvent.Answered what)
    {
        var (connection, request, answer) = (what.Connection, what.Request, what.Answer);
        var lane = _lanes[connection.Path.Name];
        switch (request.Kind)
        {
            case RequestKind.Proof:
                HandleProof(lane, connection, request, answer);
                break;
            case RequestKind.Ping:
                lane.ProbeSent = null;
                if (_recognition.IsOurs(answer, _dialect.IsAlive(answer)))
                {
                    // Beside a body under way the answer waits in our own queue: then it tells nothing of the empty path.
                    _policy.Connected(lane.Name, _policy.Sending.Contains(lane.Name) ? null : _time.GetElapsedTime(request.StartedAt), Now);
                    break;
                }
                // Something else answers here, a captive portal most likely.
                _policy.ProbeFailed(lane.Name, Now);
                connection.Abort();
                break;
            case RequestKind.Head:
                if (!ReferenceEquals(request.Tag, _asked))
                    break;
                if (LeavePortal(lane, connection, answer))
                    break;
                if (_dialect.IsOrdered)
                    HandleOffset(connection, answer);
                else
                    HandleHeld(answer);
                break;
            default:
                HandleSegmentAnswer(connection, lane, request, answer);
                break;
        }
    }

    private void HandleHeld(ResponseHead answer)
    {
        var asked = _asked!.Asked;
        _asked = null;
        _nextQuestion = Now + TimeSpan.FromMilliseconds(50);
        if (answer.Status >= 500)
        {
            CountRefusal(answer);
            _nextQuestion = Now + TimeSpan.FromSeconds(1);
            return;
        }
        if (!_started && !_isSure && answer.Field("Upload-Offset") is null && answer.Field("Upload-Received") is null)
            throw new UnknownServerException();
        if (answer.Status is not (200 or 204 or 404))
            throw Refused(answer);
        if (answer.IsSuccess && (answer.Field("Upload-Complete") == "?1" || answer.Field("Upload-Offset") is null))
        {
            HandleAlreadyStored(answer);
            return;
        }
        if (!TryReadHeld(answer, out var held))
            throw new UploadFailedException(UploadFailure.Protocol, "The server's Upload-Received cannot be read.");
        if (answer.Number("Upload-Length") is { } length && length != _file.Length)
            throw new UploadFailedException(UploadFailure.Refused,
                $"This slot is for a file of {length} bytes, but the file has {_file.Length}. Ask for a new slot.");
        if (_started && answer.Status == 404)
        {
            // The server lost the session: nothing is held any more, and the upload begins again on the same slot.
            StartOver();
            return;
        }
        if (!_started)
            _report.Begin(Now);
        lock (_gate)
        {
            if (!_started)
            {
                _plan = new TransferPlan(_file.Length, held);
                _heldAtStart = _plan.Acknowledged.Count;
            }
            else
            {
                _plan.Resolve(asked, held);
            }
            _started = true;
        }
    }

    private void StartOver()
    {
        foreach (var connection in _connections)
            connection.Abort();
        lock (_gate)
            _plan = new TransferPlan(_file.Length) { HandedBefore = _plan.HandedBytes };
    }

    private void HandleAlreadyStored(ResponseHead answer)
    {
        // An upload's own URL tells where its file is, and nothing else can be there.
        if (answer.Field("ETag") is null && Uri.TryCreate(_dialect.Parts[0].Url, answer.Field("Location"), out var at) && answer.Field("Location") is not null)
        {
            _storedAt = at;
            _done = true;
            lock (_gate)
                _heldAtStart = _started ? _heldAtStart : _file.Length;
            return;
        }
        var digest = answer.Field("ETag")?.Trim('"');
        var length = answer.Number("Content-Length");
        if (length != _file.Length || digest is not { Length: 64 })
            throw new UploadFailedException(UploadFailure.Refused, "Another file is already stored in this slot. Ask for a new slot.") { Status = 409 };
        _storedDigest = digest;
        _done = true;
        lock (_gate)
        {
            if (!_started)
                _heldAtStart = _file.Length;
        }
    }

    private void HandleSegmentAnswer(PathConnection connection, Lane lane, PendingRequest request, ResponseHead answer)
    {
        var segment = request.Segment!;
        if (!answer.IsSuccess)
        {
            if (answer.Status is not (408 or 409 or 423 or 429 or >= 500) || answer.Status == 507 || (answer.Status == 409 && !_dialect.CanAsk))
                throw Refused(answer);
            // 409: a newer request has taken over these bytes, or the file is complete; the next question tells which. 423: tus's lock.
            CountRefusal(answer);
            _nextQuestion = Now + RefusalPause * _refusals;
            connection.Refuse(segment);
            return;
        }
        if (_dialect.IsOrdered && !IsWholeSegment(segment, answer))
        {
            connection.Refuse(segment);
            return;
        }
        _refusals = 0;
        lane.Segments++;
        lane.BytesDone += segment.Range.Length;
        Metrics?.Uploaded(lane.Path.Type, segment.Range.Length);
        lane.LargestChunk = Math.Max(lane.LargestChunk, segment.Range.Length);
        lock (_gate)
        {
            lane.Sizer.Succeeded(segment.Range.Length, _time.GetElapsedTime(request.StartedAt), lane.Capacity ?? 0);
            if (!_dialect.IsOrdered && TryReadHeld(answer, out var held))
                _plan.Acknowledge(held);
            _plan.Complete(segment);
            lane.Tuner.Acknowledged();
        }
        Progressed(Now);
        ObservePaths();
        if ((answer.Field("Content-Location") ?? answer.Field("Location")) is { } location && Uri.TryCreate(_dialect.Parts[0].Url, location, out var at))
            _storedAt = at;
        if (answer.Status == 201 && !_dialect.IsOrdered)
        {
            _storedDigest = StoredDigest(answer);
            _storedSum = ReprDigestField.Crc32C(answer.Field("Repr-Digest"));
            _done = true;
        }
        if (_dialect.Protocol == UploadProtocol.Put)
            _done = true;
    }

    private void CountRefusal(ResponseHead answer)
    {
        if (++_refusals >= MostRefusals)
            throw Refused(answer);
    }

    private static bool TryReadHeld(ResponseHead answer, out RangeSet held)
    {
        held = new RangeSet();
        if (answer.Field("Upload-Received") is { } text)
            return RangeSet.TryParse(text, out held);
        if (answer.Number("Upload-Offset") is > 0 and var offset)
            held.Add(new ByteRange(0, offset));
        return true;
    }

    /// <summary>The digest that the server computed: Repr-Digest (RFC 9530), else a strong ETag that looks like one.</summary>
    private static string? StoredDigest(ResponseHead answer) =>
        ReprDigestField.Sha256(answer.Field("Repr-Digest")) ?? (answer.Field("ETag")?.Trim('"') is { Length: 64 } tag ? tag : null);

    private static UploadFailedException Refused(ResponseHead answer) => Refusals.Of(answer.Status, answer.Body);

    /// <summary>What was asked: the bytes that were in doubt then, and the part whose server-side state is told.</summary>
    private sealed record Question(RangeSet Asked, UploadPart Part);
}
