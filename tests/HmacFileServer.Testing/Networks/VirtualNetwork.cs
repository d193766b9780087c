using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Probes;

namespace HmacFileServer.Testing.Networks;

/// <summary>
/// A device with several links and an upload that never ends, in virtual time. It does what the client's run loop does: connects where the
/// policy wants it, probes idle connections by the schedule, samples those in use, and obeys.
/// </summary>
public sealed class VirtualNetwork
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, VirtualLink> _links;
    private readonly Dictionary<string, TimeSpan> _nextAttempt = [];
    private int _state = -1;
    private IReadOnlyList<string> _wanted = [];
    private TimeSpan _wantAt;

    public VirtualNetwork(PathPolicy policy, IEnumerable<VirtualLink> links, ProbeOptions? probes = null)
    {
        Policy = policy;
        _links = links.ToDictionary(l => l.Name);
        Probes = new ProbeSchedule(probes ?? new ProbeOptions());
    }

    public PathPolicy Policy { get; }

    public ProbeSchedule Probes { get; }

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Virtual time between two looks.</summary>
    public TimeSpan Step { get; set; } = TimeSpan.FromMilliseconds(10);

    public List<(TimeSpan At, PathDecision Decision)> Decisions { get; } = [];

    public IEnumerable<PathDecision.Switch> Switches => Decisions.Select(d => d.Decision).OfType<PathDecision.Switch>().Where(s => s.From is not null);

    public string? Active => Policy.Sending.Count > 0 ? Policy.Sending[0] : null;

    public VirtualLink this[string name] => _links[name];

    public IReadOnlyCollection<VirtualLink> Links => _links.Values;

    /// <summary>The device wakes an hour, or whatever it is, later; nothing was looked at meanwhile.</summary>
    public void Sleep(TimeSpan time) => (Now, _wantAt) = (Now + time, TimeSpan.MinValue);

    public void Run(TimeSpan time, Action? each = null)
    {
        for (var end = Now + time; Now < end;)
        {
            Advance();
            each?.Invoke();
        }
    }

    public bool RunUntil(Func<bool> done, TimeSpan most)
    {
        for (var end = Now + most; Now < end && !done();)
            Advance();
        return done();
    }

    private void Advance()
    {
        Now += Step;
        ObserveLinks();
        // Ten times a second and after each decision is as often as the answer changes.
        if (Now >= _wantAt)
            (_wanted, _wantAt) = (Policy.WantConnected(Now), Now + TimeSpan.FromMilliseconds(100));
        foreach (var link in _links.Values)
        {
            var sending = link.IsConnected && Policy.Sending.Contains(link.Name);
            link.Advance(Step, sending, Now);
            Connect(link, _wanted.Contains(link.Name) || Policy.IsSuspect(link.Name));
            if (link.IsConnected)
                Policy.Observe(link.Name, link.Sample(Now), Now);
            if (sending && !link.Portal)
                link.AnswerAt = null;
            if (link.IsConnected && (!sending || link.Portal))
                Probe(link);
        }
        foreach (var decision in Policy.Decide(Now))
        {
            Decisions.Add((Now, decision));
            _wantAt = TimeSpan.Zero;
            if (decision is PathDecision.Abandon abandon)
                Drop(_links[abandon.Path]);
        }
    }

    private void ObserveLinks()
    {
        var state = 0;
        foreach (var link in _links.Values)
            state = (state << 1) | (link.Usable ? 1 : 0);
        if (state == _state)
            return;
        (_state, _wantAt) = (state, TimeSpan.Zero);
        Policy.Observe(_links.Values.Where(l => l.Usable).Select(l => new PathFacts(l.Name, l.Priority, true, l.Metered, l.KnownRate)
        {
            Interface = l.Interface,
            Endpoint = l.Endpoint,
            EndpointRank = l.EndpointRank,
            UsableFor = l.UsableFor,
        }), Now);
        foreach (var link in _links.Values.Where(l => !l.Usable && !Policy.Sending.Contains(l.Name)))
            Drop(link);
    }

    private void Connect(VirtualLink link, bool wanted)
    {
        if (link.IsConnected)
        {
            if (!wanted)
            {
                Drop(link);
                Policy.Disconnected(link.Name);
            }
            return;
        }
        if (!wanted || !link.Usable)
        {
            link.AnswerAt = null;
            return;
        }
        if (link.AnswerAt is null && Now >= _nextAttempt.GetValueOrDefault(link.Name))
        {
            link.AnswerAt = Now + (link.Blackhole ? ConnectTimeout : TimeSpan.FromMilliseconds(link.RttMilliseconds));
            if (Policy.Sending.Contains(link.Name))
                Policy.Connecting(link.Name, Now);
        }
        else if (link.AnswerAt <= Now)
        {
            link.AnswerAt = null;
            if (link.Blackhole)
            {
                Policy.Disconnected(link.Name);
                _nextAttempt[link.Name] = Now + TimeSpan.FromSeconds(1);
                return;
            }
            link.Open(Now);
            Policy.Connected(link.Name, TimeSpan.FromMilliseconds(link.RttMilliseconds), Now);
            Probes.Opened(link.Name);
        }
    }

    private void Probe(VirtualLink link)
    {
        if (link.AnswerAt is { } answer)
        {
            if (answer > Now)
                return;
            link.AnswerAt = null;
            if (link.Probe() is { } rtt)
            {
                Policy.Connected(link.Name, rtt, Now);
                return;
            }
            Policy.ProbeFailed(link.Name, Now);
            Drop(link);
            _nextAttempt[link.Name] = Now + TimeSpan.FromSeconds(1);
        }
        else if (!Policy.IsSuspect(link.Name) && Probes.TryTake(link.Name, link.Metered, Policy.IsAlarmed, Now))
        {
            link.AnswerAt = Now + TimeSpan.FromMilliseconds(link.Blackhole ? 1000 + 3 * link.RttMilliseconds : link.RttMilliseconds);
        }
    }

    private void Drop(VirtualLink link)
    {
        link.Close();
    }
}
