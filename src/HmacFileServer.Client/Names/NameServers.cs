using System.Globalization;
using System.Net;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Names;

/// <summary>
/// The name servers that each interface was told of, as the programs that configure networks note them down: systemd-resolved and -networkd, NetworkManager, resolvconf
/// and dhcpcd. None of these files is a promise of theirs: what cannot be read is as if it were not there.
/// </summary>
/// <param name="root">The folder that stands for `/`.</param>
internal sealed class NameServers(string root = "/")
{
    /// <summary>As many as resolv.conf(5) takes.</summary>
    private const int Most = 3;

    private const int Port = 53;
    private const long LargestFile = 64 * 1024;

    // resolved: SERVERS; networkd: DNS; NetworkManager: what DHCP and DHCPv6 said.
    private static readonly string[] Keys = ["SERVERS", "DNS", "domain_name_servers", "dhcp6_name_servers"];

    /// <summary>Best first; empty where nobody noted any.</summary>
    public IReadOnlyList<IPEndPoint> Of(InterfaceSnapshot networkInterface)
    {
        foreach (var file in Files(networkInterface))
        {
            var found = Read(file).Where(s => IsUsable(s.Address, networkInterface)).Distinct().Take(Most).ToList();
            if (found.Count > 0)
                return found;
        }
        return [];
    }

    /// <summary>The servers that a line names; none for any other line.</summary>
    internal static IEnumerable<IPEndPoint> ReadLine(string line)
    {
        var text = line.AsSpan().Trim();
        var equals = text.IndexOf('=');
        string? values = null;
        if (equals > 0 && Keys.Contains(text[..equals].Trim().ToString()))
            values = text[(equals + 1)..].ToString();
        else if (text.StartsWith("nameserver ", StringComparison.Ordinal) || text.StartsWith("nameserver\t", StringComparison.Ordinal))
            values = text["nameserver".Length..].ToString();
        foreach (var value in (values ?? "").Split([' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            // 192.0.2.1:53%eth0#name: port, interface and the name for TLS are optional.
            var server = value.Split('#')[0];
            var scope = server.IndexOf('%', StringComparison.Ordinal);
            if (scope >= 0 && !server.EndsWith(']'))
                server = server[..scope];
            if (!IPEndPoint.TryParse(server, out var endPoint))
                continue;
            yield return endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, Port) : endPoint;
        }
    }

    private static bool IsUsable(IPAddress server, InterfaceSnapshot networkInterface) =>
        !server.Equals(IPAddress.Any) && !server.Equals(IPAddress.IPv6Any)
        // A resolver of this device, 127.0.0.53 mostly, is not the interface's own: it knows all of them.
        && IPAddress.IsLoopback(server) == (networkInterface.Type == InterfaceType.Loopback)
        && networkInterface.CanReach(server)
        && networkInterface.Addresses.Any(a => a.AddressFamily == server.AddressFamily);

    private IEnumerable<string> Files(InterfaceSnapshot networkInterface)
    {
        var index = networkInterface.Index.ToString(CultureInfo.InvariantCulture);
        yield return Path.Combine(root, "run/systemd/resolve/netif", index);
        yield return Path.Combine(root, "run/systemd/netif/links", index);
        yield return Path.Combine(root, "run/systemd/netif/leases", index);
        yield return Path.Combine(root, "run/NetworkManager/devices", index);
        foreach (var folder in (string[])["run/resolvconf/interface", "run/dhcpcd/hook-state/resolv.conf"])
        {
            string[] files;
            try
            {
                files = Directory.GetFiles(Path.Combine(root, folder), networkInterface.Name + ".*");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            foreach (var file in files)
                yield return file;
        }
    }

    private static List<IPEndPoint> Read(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: <= LargestFile } ? [.. File.ReadAllLines(file).SelectMany(ReadLine)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
