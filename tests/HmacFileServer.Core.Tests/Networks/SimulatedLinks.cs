using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Tests.Networks;

/// <summary>Three links that always have data outstanding, and a policy that looks at them every millisecond of virtual time.</summary>
internal sealed class SimulatedLinks
{
    private readonly Dictionary<string, SimulatedLink> _links = new()
    {
        ["eth0"] = new SimulatedLink { Priority = 10, Rtt = 4 },
        ["wlan0"] = new SimulatedLink { Priority = 20, Rtt = 20 },
        ["wwan0"] = new SimulatedLink { Priority = 30, Rtt = 60 },
    };

    public SimulatedLinks(PathPolicy policy) => Policy = policy;

    public PathPolicy Policy { get; }

    /// <summary>The best of the paths that carry new bytes; null while there is none.</summary>
    public string? Active => Policy.Sending.Count > 0 ? Policy.Sending[0] : null;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public List<PathDecision> Decisions { get; } = [];

    public List<PathDecision.Switch> Switches => [.. Decisions.OfType<PathDecision.Switch>().Where(s => s.From is not null)];

    public SimulatedLink this[string name] => _links[name];

    public void Run(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i++)
            Step();
    }

    public void RunUntil(Func<bool> done, int milliseconds)
    {
        for (var i = 0; i < milliseconds && !done(); i++)
            Step();
        Assert.True(done(), $"not within {milliseconds} ms");
    }

    private void Step()
    {
        Now += TimeSpan.FromMilliseconds(1);
        Policy.Observe(_links.Select(l => new PathFacts(l.Key, l.Value.Priority, l.Value.Usable, l.Value.Metered)), Now);
        foreach (var (name, link) in _links)
        {
            if (link.Usable && !link.Blackhole)
                link.LastAck = Now;
            if (Policy.Sending.Contains(name) || Policy.IsSuspect(name))
            {
                Policy.Observe(name, new TcpSample
                {
                    State = 1,
                    Rtt = TimeSpan.FromMilliseconds(link.Rtt),
                    RttVariation = TimeSpan.FromMilliseconds(link.Rtt / 10.0),
                    UnackedSegments = 10,
                    SinceLastAck = Now - link.LastAck,
                }, Now);
            }
            else if (Policy.WantConnected(Now).Contains(name) && link.Usable && !link.Blackhole)
            {
                Policy.Connected(name, TimeSpan.FromMilliseconds(link.Rtt), Now);
            }
        }
        Decisions.AddRange(Policy.Decide(Now));
    }
}

internal sealed class SimulatedLink
{
    public int Priority { get; init; }

    public double Rtt { get; set; }

    public bool Metered { get; set; }

    public bool Usable { get; set; } = true;

    /// <summary>The carrier stays, and nothing gets through.</summary>
    public bool Blackhole { get; set; }

    public TimeSpan LastAck { get; set; }
}
