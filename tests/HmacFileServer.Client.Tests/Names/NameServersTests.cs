using System.Net;
using HmacFileServer.Client.Names;
using HmacFileServer.Core.Networks;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Names;

/// <summary>Where the name servers of one interface are noted down, and what of that is used.</summary>
public sealed class NameServersTests : IDisposable
{
    private static readonly InterfaceSnapshot Eth0 = new(3, "eth0", InterfaceType.Ethernet)
    {
        IsUp = true,
        HasCarrier = true,
        Addresses = [IPAddress.Parse("198.18.0.2")],
        Routes = [new InterfaceRoute(IPNetwork.Parse("0.0.0.0/0"), IPAddress.Parse("198.18.0.1"), 100)],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run/systemd/resolve/netif/3", "# private\nLLMNR=yes\nSERVERS=198.18.0.1 198.18.0.53\n", "198.18.0.1:53 198.18.0.53:53")]
    [InlineData("run/systemd/netif/links/3", "OPER_STATE=routable\nDNS=198.18.0.1\nNTP=198.18.0.9\n", "198.18.0.1:53")]
    [InlineData("run/systemd/netif/leases/3", "ADDRESS=198.18.0.2\nDNS=198.18.0.1:5353%eth0#dns.example\n", "198.18.0.1:5353")]
    [InlineData("run/NetworkManager/devices/3", "[device]\nmanaged=1\n[dhcp4]\ndomain_name_servers=198.18.0.1 198.18.0.2\n", "198.18.0.1:53 198.18.0.2:53")]
    [InlineData("run/resolvconf/interface/eth0.dhclient", "search lan\nnameserver 198.18.0.1\n", "198.18.0.1:53")]
    [InlineData("run/dhcpcd/hook-state/resolv.conf/eth0.dhcp", "nameserver\t198.18.0.1\n", "198.18.0.1:53")]
    [InlineData("run/systemd/netif/leases/3", "DNS=one 198.18.0.1 ::: 127.0.0.53 0.0.0.0 2001:db8::1 198.18.0.4\n", "198.18.0.1:53 198.18.0.4:53")]
    [InlineData("run/systemd/netif/leases/3", "DNS=198.18.0.1 198.18.0.1 198.18.0.2 198.18.0.3 198.18.0.4\n", "198.18.0.1:53 198.18.0.2:53 198.18.0.3:53")]
    [InlineData("run/systemd/netif/leases/4", "DNS=198.18.0.1\n", "")]
    [InlineData("run/resolvconf/interface/eth01.dhclient", "nameserver 198.18.0.1\n", "")]
    public void What_is_noted_of_this_interface_is_read(string file, string text, string expected)
    {
        Write(file, text);
        Assert.Equal(expected, string.Join(' ', new NameServers(_folder.Path).Of(Eth0)));
    }

    [Fact]
    public void The_first_place_that_knows_any_counts()
    {
        Write("run/systemd/netif/leases/3", "DNS=198.18.0.7\n");
        Write("run/systemd/resolve/netif/3", "LLMNR=no\n");
        Assert.Equal("198.18.0.7", Assert.Single(new NameServers(_folder.Path).Of(Eth0)).Address.ToString());
    }

    [Fact]
    public void A_file_that_none_of_them_writes_is_not_read()
    {
        Write("run/systemd/netif/leases/3", "DNS=198.18.0.7\n" + new string('#', 70_000));
        Assert.Empty(new NameServers(_folder.Path).Of(Eth0));
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], text);
    }
}
