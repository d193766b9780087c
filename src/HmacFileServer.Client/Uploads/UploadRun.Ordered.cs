using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that serves protocols in which the bytes of a part go in their order, one request at a time.</summary>
internal sealed partial class UploadRun
{
    byte[] IConnectionOwner.HeadOf(RequestText text, PendingRequest request)
    {
        long? length = _file.IsWhole ? _file.Length : null;
        return request.Kind switch
        {
            RequestKind.Proof => RequestText.Bare("GET", new Uri(_dialect.Parts[0].Url, "/ping")),
            RequestKind.Ping => _dialect.Probe(text),
            RequestKind.Head => _dialect.Question(text, ((Question)request.Tag!).Part, length),
            _ => _dialect.Segment(text, PartOf(request.Segment!.Range), request.Segment.Range, length),
        };
    }

    /// <summary>The next bytes of the first part that waits for none of its own. Called under the gate.</summary>
    private Segment? TakeInOrder(PathConnection connection, Lane lane)
    {
        if (connection.Unanswered > 0)
            return null;
        var size = _dialect.CanAsk ? Math.Min(lane.Sizer.Size, _dialect.MostSegment) : long.MaxValue;
        foreach (var part in _dialect.Parts)
        {
            if (_plan.TakeInOrder(lane.Name, part.Range, size) is { } segment)
                return segment;
        }
        return _file is { IsWhole: true, Length: 0 } && _dialect.SendsEmptyFile ? _plan.Take(lane.Name, 1) : null;
    }

    /// <summary>The first part with bytes in doubt. Called under the gate.</summary>
    private Question? PartInDoubt()
    {
        foreach (var part in _dialect.Parts)
        {
            if (!_started || _plan.Uncertain.Overlaps(part.Range))
                return new Question(new RangeSet(_plan.Uncertain.Within(part.Range)), part);
        }
        return null;
    }

    private void HandleOffset(PathConnection connection, ResponseHead answer)
    {
        var (asked, part) = _asked!;
        _asked = null;
        if (answer.Status is 408 or 423 or 429 or >= 500)
        {
            CountRefusal(answer);
            _nextQuestion = Now + TimeSpan.FromSeconds(1);
            return;
        }
        if (answer.Status is 404 or 410)
            throw Refusals.Of(410, answer.Body);
        if (!answer.IsSuccess)
            throw Refused(answer);
        if (_dialect.Offset(answer) is not { } offset || offset > part.Range.Length || offset > _file.Length - part.Range.Start)
            throw new UploadFailedException(UploadFailure.Protocol, "The server does not say how much it has (Upload-Offset), or says more than there is.");
        if (!_started)
            _report.Begin(Now);
        lock (_gate)
        {
            _plan.Resolve(asked, new RangeSet([part.Range with { End = part.Range.Start + offset }]));
            if (!_started)
                _heldAtStart = _plan.Acknowledged.Count;
            _started = true;
        }
        connection.Wake();
    }

    /// <summary>True if the server has all of the segment; else what it has is noted, and the rest is in doubt.</summary>
    private bool IsWholeSegment(Segment segment, ResponseHead answer)
    {
        var part = PartOf(segment.Range);
        if (_dialect.Offset(answer) is not { } offset || part.Range.Start + offset >= segment.Range.End)
            return true;
        lock (_gate)
            _plan.Acknowledge(new RangeSet([part.Range with { End = part.Range.Start + offset }]));
        return false;
    }

    /// <summary>A server that cannot be asked has nothing of a request that was cut.</summary>
    private void ForgetWhatCannotBeAsked()
    {
        if (_dialect.CanAsk)
            return;
        lock (_gate)
        {
            if (_plan.Uncertain.IsEmpty)
                return;
            _plan.Resolve(_plan.Uncertain.Clone(), new RangeSet());
        }
        _restarts++;
        _options.Trace?.Invoke(Now, "plain PUT cannot go on after a break: it begins again");
    }

    private void DoneIfAllIsThere()
    {
        if (!_dialect.IsOrdered || !_started || !_file.IsWhole || _dialect.Protocol == UploadProtocol.Put)
            return;
        lock (_gate)
            _done |= _plan.Length == _file.Length && _plan.IsComplete && _plan.Outstanding.Count == 0;
    }

    private UploadPart PartOf(ByteRange range)
    {
        foreach (var part in _dialect.Parts)
        {
            if (range.Start >= part.Range.Start && range.Start < part.Range.End)
                return part;
        }
        return _dialect.Parts[0];
    }
}
