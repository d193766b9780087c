using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Faults;

/// <summary>
/// An upload in virtual time: the client's plan, policy, shares and tail decide, links with faults carry, a server of ranges takes. It does what the
/// client's run loop does, and keeps account of what must never happen.
/// </summary>
public sealed class VirtualUpload
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettleFloor = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleMost = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskPause = TimeSpan.FromMilliseconds(50);

    private readonly PathPolicy _policy;
    private readonly Dictionary<string, VirtualLane> _lanes;
    private readonly List<StreamConnection> _leaving = [];
    private readonly RangeSet _told = new(); // what an answer said that the server has
    private readonly RangeSet _everHanded = new();
    private readonly RangeSet _lacking = new(); // of what was handed: what an answer said that the server lacks
    private string _usable = "";
    private SentRequest? _asked;
    private VirtualLane? _askedOn;
    private TimeSpan _settledAt;
    private TimeSpan _nextQuestion;

    public VirtualUpload(PathPolicy policy, IEnumerable<FaultyLink> links, RangeServer server, long length)
    {
        (_policy, Server) = (policy, server);
        _lanes = links.ToDictionary(l => l.Name, l => new VirtualLane(l));
        Plan = new TransferPlan(length);
    }

    /// <summary>Virtual time between two looks: as often as the client samples.</summary>
    public static TimeSpan Step { get; } = TimeSpan.FromMilliseconds(5);

    public RangeServer Server { get; }

    public TransferPlan Plan { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Bytes handed to a socket after the server had told that it has them. Must be 0.</summary>
    public long AcknowledgedResent { get; private set; }

    /// <summary>Bytes handed to a socket again although the server had not said that it lacks them. Must be 0.</summary>
    public long ResentUnasked { get; private set; }

    /// <summary>Bytes that the client took for acknowledged and the server did not have. Must be 0.</summary>
    public long WronglyAcknowledged { get; private set; }

    public int Switches { get; private set; }

    /// <summary>One look at everything.</summary>
    public void Advance()
    {
        Now += Step;
        foreach (var connection in _lanes.Values.Select(l => l.Connection).OfType<StreamConnection>().Concat(_leaving))
            connection.Advance(Step, Now);
        _leaving.RemoveAll(c => c.IsOver);
        foreach (var lane in _lanes.Values)
            TakeNews(lane);
        ObserveLinks();
        foreach (var lane in _lanes.Values.Where(l => l.Connection is not null))
        {
            var sample = lane.Connection!.Sample(Now);
            lane.Sampled(sample, Step);
            _policy.Observe(lane.Link.Name, sample, Now);
        }
        foreach (var decision in _policy.Decide(Now))
            Do(decision);
        OpenAndClose();
        TakeOverTail();
        AskWhereInDoubt();
        foreach (var lane in _lanes.Values)
            Feed(lane, _policy.Sending.Contains(lane.Link.Name));
    }

    private void TakeNews(VirtualLane lane)
    {
        if (lane.Opening is { } opening && opening.At <= Now)
        {
            lane.Opening = null;
            if (opening.Succeeds && lane.Link.CarriesUp && lane.Link.CarriesDown && Server.Accepts(Now))
            {
                lane.Connection = new StreamConnection(lane.Link, Server, Now);
                lane.FailedAttempts = 0;
                _policy.Connected(lane.Link.Name, 2 * lane.Link.Delay, Now);
            }
            else
            {
                lane.FailedAttempts++;
                _policy.Disconnected(lane.Link.Name);
                Backoff(lane);
            }
        }
        while (lane.Connection?.TakeAnswer(Now) is { } answer)
            TakeAnswer(lane, answer);
        if (lane.Connection is { IsReset: true })
            Cut(lane);
    }

    private void TakeAnswer(VirtualLane lane, SentAnswer answer)
    {
        WronglyAcknowledged += answer.Held.Runs.Sum(run => Server.Received.Missing(run).Sum(m => m.Length));
        foreach (var run in answer.Held.Runs)
        {
            _told.Add(run);
            _lacking.Remove(run);
        }
        if (answer.Request.Segment is { } segment)
        {
            Plan.Acknowledge(answer.Held);
            Plan.Complete(segment);
            if (lane.Begun.Remove(segment, out var since))
                lane.Sizer.Succeeded(segment.Range.Length, Now - since, lane.Capacity ?? 0);
        }
        else if (ReferenceEquals(answer.Request, _asked))
        {
            _asked = null;
            _nextQuestion = Now + AskPause;
            foreach (var lost in answer.Request.Asked!.Runs.SelectMany(answer.Held.Missing))
                _lacking.Add(lost);
            Plan.Resolve(answer.Request.Asked, answer.Held);
        }
    }

    private void ObserveLinks()
    {
        var usable = string.Join(' ', _lanes.Values.Where(l => l.Link.IsUsable).Select(l => l.Link.Name));
        if (usable == _usable)
            return;
        _usable = usable;
        _policy.Observe(_lanes.Values.Where(l => l.Link.IsUsable).Select(l => new PathFacts(l.Link.Name, l.Link.Priority, true)), Now);
        foreach (var lane in _lanes.Values)
        {
            lane.NextAttempt = TimeSpan.Zero;
            // A connection whose address is gone is of no more use, even if the address comes back.
            if (!lane.Link.HasAddress || (!lane.Link.IsUsable && !_policy.Sending.Contains(lane.Link.Name)))
                Cut(lane);
        }
    }

    private void Do(PathDecision decision)
    {
        switch (decision)
        {
            case PathDecision.Abandon abandon:
                _lanes[abandon.Path].Opening = null;
                Cut(_lanes[abandon.Path]);
                break;
            case PathDecision.Hedge hedge when Plan.FreeBytes == 0:
                Cut(_lanes[hedge.From]);
                break;
            case PathDecision.Switch:
                Switches++;
                break;
        }
    }

    /// <summary>The lane's connection is over; what it was given is free or in doubt.</summary>
    private void Cut(VirtualLane lane)
    {
        if (lane.Connection is not { } connection)
            return;
        connection.Abort();
        _leaving.Add(connection);
        var cut = false;
        foreach (var request in connection.Pending)
        {
            if (request.Segment is not { } segment)
                continue;
            Plan.Cut(segment);
            lane.Sizer.Failed();
            cut = true;
        }
        if (cut)
        {
            var settle = lane.LastSample.Rtt + SettleFloor;
            _settledAt = Max(_settledAt, Now + (settle < SettleMost ? settle : SettleMost));
        }
        if (_askedOn == lane)
            (_asked, _askedOn) = (null, null);
        lane.Reset();
        _policy.Disconnected(lane.Link.Name);
        Backoff(lane);
    }

    private void Backoff(VirtualLane lane) => lane.NextAttempt = lane.FailedAttempts == 0
        ? Now
        : Now + TimeSpan.FromMilliseconds(Math.Min(5000, 100 * Math.Pow(2, lane.FailedAttempts - 1)));

    private void OpenAndClose()
    {
        var wanted = _policy.WantConnected(Now);
        foreach (var lane in _lanes.Values)
        {
            var name = lane.Link.Name;
            if (lane.Connection is null && lane.Opening is null && wanted.Contains(name) && lane.Link.IsUsable && Now >= lane.NextAttempt)
            {
                if (_policy.Sending.Contains(name))
                    _policy.Connecting(name, Now);
                var reaches = lane.Link is { CarriesUp: true, CarriesDown: true };
                lane.Opening = (Now + (reaches ? 2 * lane.Link.Delay : ConnectTimeout), reaches);
            }
            else if (lane.Connection is { Pending.Count: 0 } && !wanted.Contains(name) && !_policy.IsSuspect(name))
            {
                Cut(lane);
            }
        }
    }

    private void TakeOverTail()
    {
        if (Plan.FreeBytes > 0 || _policy.Sending.Count < 2)
            return;
        var connected = _policy.Sending.Select(name => _lanes[name]).Where(l => l.Connection is not null).ToList();
        if (!connected.Exists(l => l.Connection!.Pending.Count == 0))
            return;
        foreach (var lane in connected.Where(l => l.Connection!.Pending.Count > 0 && TailTakeover.IsDue(l.LastSample)))
            Cut(lane);
    }

    private void AskWhereInDoubt()
    {
        if (_asked is not null || Now < _nextQuestion)
            return;
        var nothingMoves = !Plan.IsComplete && Plan.FreeBytes == 0 && Plan.Outstanding.Count == 0;
        if ((Plan.Uncertain.IsEmpty && !nothingMoves) || (Now < _settledAt && Plan.FreeBytes > 0))
            return;
        if (_policy.Sending.Select(name => _lanes[name]).FirstOrDefault(l => l.Connection is not null) is not { } lane)
            return;
        // Its place in the stream is known when it goes out.
        _asked = lane.Question = new SentRequest(null, Plan.Uncertain.Clone(), 0);
        _askedOn = lane;
    }

    /// <summary>A lane that no longer sends finishes what it has begun.</summary>
    private void Feed(VirtualLane lane, bool sends)
    {
        while (lane.Connection is { Room: > 0 } connection)
        {
            if (lane.Writing is { } writing)
            {
                var left = writing.Segment.Range.Length - writing.Segment.Handed;
                var bytes = Math.Min(left, connection.Room);
                Account(new ByteRange(writing.Segment.Range.Start + writing.Segment.Handed, writing.Segment.Range.Start + writing.Segment.Handed + bytes));
                writing.Segment.AddHanded(bytes);
                connection.Write(bytes);
                if (bytes == left)
                    lane.Writing = null;
            }
            else if (lane.Question is { } question)
            {
                lane.Question = null;
                _asked = question with { Begins = connection.Written };
                connection.Begin(_asked);
            }
            else if (sends && SizeFor(lane) is > 0 and var size && Plan.Take(lane.Link.Name, size) is { } segment)
            {
                connection.Begin(new SentRequest(segment, null, connection.Written));
                lane.Begun[segment] = Now;
                lane.Writing = (segment, Now);
            }
            else
            {
                return;
            }
        }
    }

    private long SizeFor(VirtualLane lane)
    {
        if (Plan.FreeBytes == 0)
            return 0;
        var known = _policy.Sending.Select(name => _lanes[name].Capacity).ToList();
        if (known.Count < 2 || lane.Capacity is not (> 0 and var rate) || known.Exists(r => r is not > 0))
            return lane.Sizer.Size;
        return LaneShare.Size(rate, known.Sum()!.Value, known.Max() <= rate, lane.LastSample, Plan.FreeBytes, VirtualLane.LeastChunk, lane.Sizer.Size);
    }

    private void Account(ByteRange handed)
    {
        AcknowledgedResent += Overlap(_told, handed);
        ResentUnasked += Overlap(_everHanded, handed) - Overlap(_lacking, handed);
        _everHanded.Add(handed);
        _lacking.Remove(handed);
    }

    private static long Overlap(RangeSet set, ByteRange range) => set.Within(range).Sum(r => r.Length);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
