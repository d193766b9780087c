using System.Globalization;

namespace HmacFileServer.Lab.Topology;

/// <summary>
/// Puts a router between the client and the links, which then are the server's uplinks: the client reaches every address of the server over any of its own
/// interfaces, and the server answers over the uplink that a connection came in by, as hosts with several providers are set up.
/// </summary>
internal static class RoutedClient
{
    /// <summary>The client's networks are 198.18.101.0/24 and up, the links' 198.18.1.0/24 and up.</summary>
    private const int FirstNetwork = 101;

    // No interface number is used twice in a lab: see LinkEnds.
    private const int RouterIndex = 810;
    private const int ClientIndex = 910;

    /// <summary>The router is the host that the links end at; it is called the client while there is none.</summary>
    public static async Task BuildAsync(LabSpec spec, NetworkLab lab)
    {
        var (router, device) = (lab.Client.Namespace, lab.Device.Namespace);
        await NetworkNamespaces.CreateAsync(device);
        NetworkNamespaces.Run(device, () => LabBuilder.Prepare(spec));
        NetworkNamespaces.Run(router, () =>
        {
            LabBuilder.Write("net/ipv4/ip_forward", "1");
            return true;
        });
        var names = spec.ClientInterfaces;
        await IpCommand.BatchAsync(router, [.. names.Select((name, i) => Line($"link add index {RouterIndex + i} name d-{name} type veth peer index {ClientIndex + i} name {name} netns {device}"))]);
        NetworkNamespaces.Run(router, () => LabBuilder.Open(names.Select(n => $"d-{n}")));
        NetworkNamespaces.Run(device, () => LabBuilder.Open(names));
        await IpCommand.BatchAsync(router, [.. names.Select((name, i) => Line($"address add 198.18.{FirstNetwork + i}.1/24 dev d-{name}"))]);
        await IpCommand.BatchAsync(device, ["link set lo up", .. names.SelectMany((name, i) => new[]
        {
            Line($"address add 198.18.{FirstNetwork + i}.2/24 dev {name}"),
            Line($"route add default via 198.18.{FirstNetwork + i}.1 dev {name} metric {100 * (i + 1)}"),
        })]);
        await IpCommand.BatchAsync(lab.Server.Namespace, [.. lab.Links.SelectMany(link => new[]
        {
            Line($"rule add from {link.Ends.ServerAddress} lookup {100 + link.Ends.Number}"),
            Line($"route add default via {link.Ends.ClientAddress} dev {link.Ends.ServerInterface} table {100 + link.Ends.Number}"),
            Line($"route add default via {link.Ends.ClientAddress} dev {link.Ends.ServerInterface} metric {link.Ends.Metric}"),
        })]);
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
