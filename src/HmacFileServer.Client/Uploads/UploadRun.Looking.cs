using HmacFileServer.Client.Connections;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Tuning;

namespace HmacFileServer.Client.Uploads;

/// <summary>The part of a run that looks at what the kernel says of its connections, and decides when to look again.</summary>
internal sealed partial class UploadRun
{
    /// <summary>
    /// How often connections with bytes outstanding are looked at: a fraction of the smallest stall bound, and 200 times a
    /// second two system calls per connection, which is not measurable beside the transfer.
    /// </summary>
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The same while all of them are being answered: the kernel dates the last answer, and a silence of less than this is not yet one, so nothing is
    /// noticed later for it. Each look is three wake-ups.
    /// </summary>
    private static readonly TimeSpan CalmInterval = 2 * SampleInterval;

    private void SampleConnections(TimeSpan now)
    {
        var acked = 0L;
        foreach (var lane in _lanes.Values)
        {
            if (lane.Connection is not { } connection || !connection.TrySample(out var sample))
                continue;
            acked += lane.Sampled(sample, now);
            _policy.Observe(lane.Name, sample, now);
            BearLoss(lane, connection, sample, now);
        }
        if (acked > 0 && _started)
            Progressed(now);
    }

    private void BearLoss(Lane lane, PathConnection connection, in TcpSample sample, TimeSpan now)
    {
        if (!_options.LossTolerantCongestionControl || lane.BearsLoss)
            return;
        lane.RandomLoss.Observe(sample);
        lane.BearsLoss = lane.RandomLoss.Seen || LongRoundTrip.Is(sample);
        if (!lane.BearsLoss)
            return;
        var done = connection.BearLoss();
        _options.Trace?.Invoke(now, lane.RandomLoss.Seen
            ? $"{lane.Name}: loses {lane.LossPercent:F1} % although its queue is not full: {done}"
            : $"{lane.Name}: a round trip of {sample.MinRtt.TotalMilliseconds:F0} ms: {done}");
    }

    private TimeSpan UntilNextLook()
    {
        var now = Now;
        var next = TimeSpan.FromSeconds(1);
        foreach (var lane in _lanes.Values.Where(l => l.Connection is { Unanswered: > 0 }))
            next = Min(next, lane.LastSample.SinceLastAck < CalmInterval ? CalmInterval : SampleInterval);
        foreach (var lane in _lanes.Values.Where(l => l.Connection is null && l.Opening is null && l.NextAttempt > now))
            next = Min(next, lane.NextAttempt - now);
        if (_policy.NextWakeUp is { } wake)
            next = Min(next, wake - now);
        if (_nextQuestion > now)
            next = Min(next, _nextQuestion - now);
        if (_settledAt > now)
            next = Min(next, _settledAt - now);
        return next < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : next;
    }

    /// <summary>
    /// Where all is given out and a path has nothing left to do, the last bytes of one that has fallen silent go over it: the silent connection is cut, the server
    /// asked, and what it lacks sent. What that costs is at most what the silent path had in flight. So it is with one that delivers, and would take far longer than the
    /// idle path: one that was left because it had become bad, most likely.
    /// </summary>
    private void TakeOverTail(TimeSpan now)
    {
        if (!_started || !_dialect.CanAsk)
            return;
        lock (_gate)
        {
            if (_plan.FreeBytes > 0)
            {
                _tailSince = null;
                return;
            }
        }
        _tailSince ??= now;
        var idle = _policy.Sending.Select(name => _lanes[name]).Where(l => l.Connection is { IsAborted: false, Unanswered: 0 }).MaxBy(l => l.Capacity ?? 0);
        if (idle is null)
            return;
        foreach (var lane in _lanes.Values.Where(l => l.Connection is { IsAborted: false, Unanswered: > 0 }))
        {
            if ((_policy.Sending.Contains(lane.Name) && TailTakeover.IsDue(lane.LastSample)) || (!_dialect.IsOrdered && IsTooSlow(lane)))
                lane.Connection!.Abort();
        }

        bool IsTooSlow(Lane lane)
        {
            long bytes;
            lock (_gate)
                bytes = _plan.Outstanding.Where(s => s.Path == lane.Name).Sum(s => s.Range.Length);
            return bytes > 0 && now - _tailSince > TailTakeover.Patience(bytes, idle.Capacity ?? 0, idle.LastSample.Rtt);
        }
    }
}
