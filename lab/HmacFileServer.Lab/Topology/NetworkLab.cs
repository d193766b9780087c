using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Relay;

namespace HmacFileServer.Lab.Topology;

/// <summary>
/// A running laboratory: a client and a server, each a network namespace, joined by links that a relay in a third namespace
/// carries. Disposing it ends everything that was started in it and removes the namespaces.
/// </summary>
public sealed class NetworkLab : IAsyncDisposable
{
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);
    private readonly RelayHandle _relay;
    private readonly string _wire;

    private NetworkLab(string name, LabSpec spec, LabHost client, LabHost device, LabHost server, string wire, RelayHandle relay)
    {
        (Name, Client, Device, Server, _wire, _relay) = (name, client, device, server, wire, relay);
        Links = [.. spec.Links.Zip(LabBuilder.EndsOf(spec), (l, ends) => new LabLink(l, ends, relay, client))];
    }

    /// <summary>Unique on this machine; the namespaces are named after it.</summary>
    public string Name { get; }

    /// <summary>The links' other end: the client; or the router before it, if the links are the server's uplinks.</summary>
    public LabHost Client { get; }

    /// <summary>Where the client's programs run.</summary>
    public LabHost Device { get; }

    public LabHost Server { get; }

    /// <summary>In the order of the client's preference.</summary>
    public IReadOnlyList<LabLink> Links { get; }

    /// <summary>Tells whether labs can run here.</summary>
    /// <param name="reason">If not: why, in words for the message of a skipped test.</param>
    public static bool CanRun(out string reason)
    {
        reason = Obstacle.Value ?? "";
        return Obstacle.Value is null;
    }

    /// <summary>Builds the network and waits until every link carries frames.</summary>
    /// <exception cref="InvalidOperationException">Something could not be made; nothing is left behind.</exception>
    public static async Task<NetworkLab> StartAsync(LabSpec spec)
    {
        await NetworkNamespaces.CleanAsync();
        var name = NetworkNamespaces.NewLabName();
        var (client, server, wire) = ($"{name}-client", $"{name}-server", $"{name}-wire");
        RelayHandle? relay = null;
        try
        {
            await LabBuilder.BuildAsync(spec, client, server, wire);
            relay = RelayHandle.Start(wire);
            var host = new LabHost(client);
            var device = spec.ClientInterfaces.Count == 0 ? host : new LabHost($"{name}-device");
            var lab = new NetworkLab(name, spec, host, device, new LabHost(server), wire, relay);
            await LabBuilder.ConnectAsync(spec, lab, relay);
            if (device != host)
                await RoutedClient.BuildAsync(spec, lab);
            return lab;
        }
        catch
        {
            if (relay is not null)
                await relay.DisposeAsync();
            await RemoveAsync(client, server, wire, $"{name}-device");
            throw;
        }
    }

    /// <summary>The link with a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message has those that there are.</exception>
    public LabLink Link(string name) => Links.FirstOrDefault(l => l.Name == name)
        ?? throw new KeyNotFoundException($"there is no link {name}; there are {string.Join(", ", Links.Select(l => l.Name))}");

    /// <summary>Counters of every link, and what the relay itself costs.</summary>
    public Task<RelayReport> ReportAsync() => _relay.ReportAsync();

    /// <summary>Starts the measurement of the relay's lateness anew.</summary>
    public Task ResetLatenessAsync() => _relay.CommandAsync("reset");

    public async ValueTask DisposeAsync()
    {
        Device.Dispose();
        Client.Dispose();
        Server.Dispose();
        await _relay.DisposeAsync();
        await RemoveAsync([.. new[] { Device.Namespace, Client.Namespace, Server.Namespace, _wire }.Distinct()]);
    }

    private static async Task RemoveAsync(params IEnumerable<string> namespaces)
    {
        foreach (var name in namespaces)
        {
            try
            {
                await NetworkNamespaces.DeleteAsync(name);
            }
            catch (InvalidOperationException)
            {
                // It was never made, or someone removed it already.
            }
        }
    }

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "the network lab needs Linux";
        if (Libc.EffectiveUser() != 0)
            return "the network lab needs root (network namespaces and raw sockets)";
        var probe = NetworkNamespaces.NewLabName() + "-probe";
        try
        {
            NetworkNamespaces.CreateAsync(probe).GetAwaiter().GetResult();
            try
            {
                IpCommand.BatchAsync(probe, "link add name a type veth peer name b").GetAwaiter().GetResult();
                return null;
            }
            finally
            {
                NetworkNamespaces.DeleteAsync(probe).GetAwaiter().GetResult();
            }
        }
        catch (Exception e)
        {
            return $"the network lab needs ip(8) of iproute2 and may not make namespaces with veth pairs here: {e.Message}";
        }
    }
}
