using System.Net;
using System.Net.Sockets;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Paths;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Names;

/// <summary>
/// Where a server's name leads, seen from each interface: a carrier's own name servers may know a nearer address, and the system's may stand in the network that has
/// just gone. One for all transfers of a client; safe for use by several threads.
/// </summary>
/// <param name="options">Says whether interfaces are asked.</param>
/// <param name="monitor">The interfaces.</param>
/// <param name="time">The clock.</param>
/// <param name="servers">The name servers of each.</param>
/// <param name="hosts">The file of names that nobody shall be asked for.</param>
/// <param name="system">Looks a name up as the system does; null for the system itself.</param>
internal sealed class ServerNames(
    ClientOptions options, INetworkMonitor monitor, TimeProvider time, NameServers servers, string hosts = "/etc/hosts", Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>>? system = null)
{
    private const long LargestHosts = 1024 * 1024;
    private const int MostKnown = 64;

    /// <summary>An answer, and that there was none, counts for so long: no connection waits twice for a name server that does not answer.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>No connection waits longer than this for the interface's opinion.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    /// <summary>A resolver whose name server is gone takes 10 s and more to say so (resolv.conf(5): twice 5 s); one that works, less than this.</summary>
    private static readonly TimeSpan SystemPatience = TimeSpan.FromSeconds(2);

    private readonly DnsClient _client = new(time);
    private readonly Lock _gate = new(); // guards _known
    private readonly Dictionary<(string Network, string Host), (IReadOnlyList<IPAddress> Addresses, long At)> _known = [];

    private bool IsOn => options is { InterfaceResolvers: true, Resilient: true, MultiInterface: true, Resolve: null };

    /// <summary>The system's addresses of a name; where it has none, or takes long, what the interfaces' own name servers say. Empty if nobody knows it.</summary>
    public async Task<IReadOnlyList<IPAddress>> LookUpAsync(string host, CancellationToken cancellation)
    {
        var asked = system?.Invoke(host, cancellation) ?? ServerEndpoint.LookUpAsync(host, options, cancellation);
        if (!IsOn)
            return await asked;
        await Task.WhenAny(asked, Task.Delay(SystemPatience, time, cancellation));
        if (asked.IsCompleted && await asked is { Count: > 0 } found)
            return found;
        var answers = await Task.WhenAll(monitor.Current
            .Where(i => i.IsUsable && (options.OnlyInterfaces.Count == 0 || options.OnlyInterfaces.Contains(i.Name)))
            .Select(i => OwnAsync(new PathCandidate(i.Name, i.Type, i), host, cancellation)));
        IReadOnlyList<IPAddress> own = [.. answers.SelectMany(a => a).Distinct()];
        return own.Count > 0 ? own : await asked;
    }

    /// <summary>
    /// The server as it is seen from a path: first the addresses that the interface's own name servers tell, then those that are known. Whoever runs a network runs its
    /// name servers: over plain HTTP nothing proves who answers, and an address that the system does not know is not used.
    /// </summary>
    public async Task<ServerEndpoint> SeenFromAsync(PathCandidate path, ServerEndpoint server, CancellationToken cancellation)
    {
        if (!IsOn || path.Interface is null || path.Endpoint is not null)
            return server;
        var own = await OwnAsync(path, server.Host, cancellation);
        var believed = server.Tls is null ? own.Where(server.Addresses.Contains) : own;
        IReadOnlyList<IPAddress> all = [.. believed.Concat(server.Addresses).Distinct()];
        return all.SequenceEqual(server.Addresses) ? server : server with { Addresses = all };
    }

    /// <summary>What the path's name servers said leads nowhere, or to somebody else: for a while they are as if they had said nothing.</summary>
    public void Distrust(PathCandidate path, string host) => Keep((path.Network, host), []);

    /// <summary>What the interface's own name servers say; empty if they say nothing.</summary>
    private async Task<IReadOnlyList<IPAddress>> OwnAsync(PathCandidate path, string host, CancellationToken cancellation)
    {
        var key = (path.Network, host);
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < Lifetime)
                return known.Addresses;
        }
        var asked = IsAskable(host) ? servers.Of(path.Interface!) : [];
        if (asked.Count == 0)
            return Keep(key, []);
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            foreach (var server in asked)
            {
                if (await AskAsync(path, server, host, both.Token) is { } answer)
                    return Keep(key, answer);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The other servers are not worth waiting for.
        }
        return Keep(key, []);
    }

    /// <summary>Addresses of the families that the interface has; null if the server does not know.</summary>
    private async Task<IReadOnlyList<IPAddress>?> AskAsync(PathCandidate path, IPEndPoint server, string host, CancellationToken cancellation)
    {
        bool Has(AddressFamily family) => path.Interface!.Addresses.Any(a => a.AddressFamily == family);
        var questions = new List<Task<DnsAnswer?>>();
        if (Has(AddressFamily.InterNetworkV6))
            questions.Add(_client.AskAsync(path, server, host, DnsMessage.TypeAaaa, cancellation));
        if (Has(AddressFamily.InterNetwork))
            questions.Add(_client.AskAsync(path, server, host, DnsMessage.TypeA, cancellation));
        var answers = await Task.WhenAll(questions);
        return answers.Any(a => a is { IsKnown: true }) ? [.. answers.SelectMany(a => a?.Addresses ?? []).Where(IsPlausible)] : null;
    }

    private IReadOnlyList<IPAddress> Keep((string, string) key, IReadOnlyList<IPAddress> addresses)
    {
        lock (_gate)
        {
            if (_known.Count >= MostKnown)
                _known.Clear();
            _known[key] = (addresses, time.GetTimestamp());
        }
        return addresses;
    }

    /// <summary>A server elsewhere is at none of these: a block list says so, or somebody who would have us speak to this device.</summary>
    private static bool IsPlausible(IPAddress address) => !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        && !address.IsIPv6Multicast && !address.IsIPv6LinkLocal && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is 0 or >= 224);

    /// <summary>A name of the global tree: not one of this device, of the link (RFC 6762), or that a search list would complete.</summary>
    private bool IsAskable(string host)
    {
        var name = host.TrimEnd('.');
        return !IPAddress.TryParse(name.Trim('[', ']'), out _) && name.Contains('.', StringComparison.Ordinal) && name.Length <= DnsMessage.LongestName && name.Split('.').All(l => l.Length is > 0 and <= DnsMessage.LongestLabel)
            && !name.EndsWith(".local", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) && !IsInHosts(name);
    }

    private bool IsInHosts(string name)
    {
        try
        {
            return new FileInfo(hosts) is { Exists: true, Length: <= LargestHosts }
                && File.ReadLines(hosts).Any(l => l.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
