using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Relay;

namespace HmacFileServer.Lab.Topology;

/// <summary>Lays namespaces, veth pairs, addresses and routes, and joins them with the relay.</summary>
internal static class LabBuilder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // a link with 10 s of delay and loss has a chance

    public static IReadOnlyList<LinkEnds> EndsOf(LabSpec spec) => [.. spec.Links.Select((l, i) => new LinkEnds(i + 1, l.Name, spec.ClientInterfaces.Count > 0))];

    public static async Task BuildAsync(LabSpec spec, string client, string server, string wire)
    {
        CongestionControl.Allow(spec.CongestionControl);
        foreach (var name in new[] { client, server, wire })
        {
            await NetworkNamespaces.CreateAsync(name);
            NetworkNamespaces.Run(name, () => Prepare(spec));
        }
        var ends = EndsOf(spec);
        await IpCommand.BatchAsync(wire, [.. ends.SelectMany(e => new[]
        {
            $"link add index {e.ClientWireIndex} name {e.ClientWire} type veth peer index {e.ClientIndex} name {e.Name} address {e.ClientMac} netns {client}",
            $"link add index {e.ServerWireIndex} name {e.ServerWire} type veth peer index {e.ServerIndex} name {e.ServerInterface} address {e.ServerMac} netns {server}",
        })]);
        NetworkNamespaces.Run(client, () => Open(ends.Select(e => e.Name)));
        NetworkNamespaces.Run(server, () => Open(ends.Select(e => e.ServerInterface)));
        NetworkNamespaces.Run(wire, () => Open(ends.SelectMany(e => new[] { e.ClientWire, e.ServerWire })));
        await IpCommand.BatchAsync(client, "link set lo up");
        await IpCommand.BatchAsync(server, ["link set lo up", $"address add {LinkEnds.Service}/32 dev lo", .. spec.Links.Zip(ends).SelectMany(l => ServerSide(l.First, l.Second))]);
    }

    public static async Task ConnectAsync(LabSpec spec, NetworkLab lab, RelayHandle relay)
    {
        foreach (var (link, i) in lab.Links.Select((l, i) => (l, i)))
        {
            var seed = (spec.Seed * 1000) + i;
            await relay.CommandAsync(string.Create(CultureInfo.InvariantCulture,
                $"link {link.Name} {link.Ends.ClientWire} {link.Ends.ServerWire} {seed} {spec.Links[i].Up} {spec.Links[i].Down}"));
        }
        await relay.CommandAsync("start");
        foreach (var link in lab.Links)
            await IpCommand.BatchAsync(lab.Client.Namespace, [.. link.AddressCommands()]);
        // Both directions of every link, through the code that will carry the measurement, so that it is compiled by then.
        await Task.WhenAll(lab.Links.Zip(spec.Links, (link, shape) => ProbeAsync(lab, link, shape)));
        await relay.CommandAsync("reset");
    }

    private static IEnumerable<string> ServerSide(LinkSpec link, LinkEnds ends)
    {
        yield return $"address add {ends.ServerAddress}/24 dev {ends.ServerInterface}";
        if (!link.RealNeighbourDiscovery)
            yield return $"neighbour replace {ends.ClientAddress} lladdr {ends.ClientMac} nud permanent dev {ends.ServerInterface}";
    }

    internal static bool Prepare(LabSpec spec)
    {
        Write("net/ipv4/conf/all/rp_filter", "0"); // answers may come over another link than the route back
        Write("net/ipv4/conf/default/rp_filter", "0");
        Write("net/ipv6/conf/all/disable_ipv6", "1"); // no router solicitations among the frames that are counted
        Write("net/ipv6/conf/default/disable_ipv6", "1");
        Write("net/ipv4/tcp_congestion_control", spec.CongestionControl);
        return true;
    }

    internal static void Write(string name, string value)
    {
        try
        {
            File.WriteAllText($"/proc/sys/{name}", value);
        }
        catch (Exception e) when (name.Contains("ipv6", StringComparison.Ordinal) && e is IOException or UnauthorizedAccessException)
        {
            // A kernel without IPv6 has nothing to switch off.
        }
    }

    internal static bool Open(IEnumerable<string> devices)
    {
        foreach (var device in devices)
        {
            InterfaceSwitches.DisableOffloads(device);
            InterfaceSwitches.SetUp(device, up: true);
        }
        return true;
    }

    /// <summary>
    /// Sends a datagram over a link and back, and again if it is lost, which is a link's right; never so soon that one would be on
    /// its way when the lab is handed over.
    /// </summary>
    private static async Task ProbeAsync(NetworkLab lab, LabLink link, LinkSpec shape)
    {
        var again = shape.Up.Delay + shape.Up.Jitter + shape.Down.Delay + shape.Down.Jitter + TimeSpan.FromMilliseconds(100);
        using var server = lab.Server.Run(() => Datagrams(new IPEndPoint(link.Ends.ServerAddress, 0)));
        using var client = lab.Client.Run(() => Datagrams(new IPEndPoint(link.Ends.ClientAddress, 0)));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var echo = EchoAsync(server, patience.Token);
        try
        {
            var buffer = new byte[64];
            var answer = client.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience.Token).AsTask();
            while (!answer.IsCompleted)
            {
                await client.SendToAsync(buffer, (IPEndPoint)server.LocalEndPoint!, patience.Token);
                await Task.WhenAny(answer, Task.Delay(again, TimeProvider.System, patience.Token));
            }
            await answer;
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"no frame came back over {link.Name} within {Patience.TotalSeconds:0} s");
        }
        finally
        {
            await patience.CancelAsync();
            await echo;
        }
    }

    private static Socket Datagrams(IPEndPoint local)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local);
        return socket;
    }

    private static async Task EchoAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[64];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellation);
                await socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The probe has its answer.
        }
    }
}
