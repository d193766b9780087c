using System.Globalization;
using HmacFileServer.Platform.Tests.Namespaces;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>`manage_routes`: the system's default routes follow the server's preferred interface, and are as they were when it has ended, however it has ended.</summary>
public sealed class ManagedRouteTests : IDisposable
{
    private const string Outside = "198.51.100.1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private NetworkNamespace? _machine;

    private NetworkNamespace Machine => _machine ??= Make();

    [Fact]
    public async Task They_follow_a_lost_carrier_and_its_return_and_are_undone_at_the_end()
    {
        NetworkNamespace.Require();
        var before = await DefaultsAsync();
        await using var server = await StartAsync();
        Assert.Equal(before, await DefaultsAsync());

        Machine.Do("link set eth0p down");
        await server.WaitForLineAsync("Routes prefer wlan0", Limit);
        Assert.Equal(("wlan0", "wlan0"), await WayOutAsync());

        Machine.Do("link set eth0p up");
        await server.WaitForLineAsync(l => l.Contains("Uplink: wlan0 -> eth0", StringComparison.Ordinal), "the way back", Limit);
        await server.WaitForLineAsync("Routes: took back IPv6", Limit);
        Assert.Equal(("eth0", "eth0"), await WayOutAsync());

        Machine.Do("link set eth0p down");
        await server.WaitForLineAsync(l => l.Contains("Uplink: eth0 -> wlan0", StringComparison.Ordinal), "the second loss", Limit);
        await EndAsync(server);
        Assert.Equal(before, await DefaultsAsync());
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task What_a_killed_server_has_left_the_next_one_undoes_even_if_it_manages_none()
    {
        NetworkNamespace.Require();
        var before = await DefaultsAsync();
        Machine.Do("link set eth0p down");
        await using (var server = await StartAsync())
        {
            await server.WaitForLineAsync("Routes prefer wlan0, 2", Limit);
            server.Kill();
            await server.WaitForExitAsync(Limit);
        }
        Assert.NotEqual(before, await DefaultsAsync());
        Assert.True(File.Exists(Journal));

        await using var next = await StartAsync(manage: false);
        await next.WaitForLineAsync("an earlier run has left 2 changes", Limit);
        Assert.Equal(before, await DefaultsAsync());
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task Switched_off_no_route_is_touched()
    {
        NetworkNamespace.Require();
        Machine.Do("link set eth0p down");
        var before = await DefaultsAsync();
        await using var server = await StartAsync(manage: false);
        Assert.Equal(before, await DefaultsAsync());
        await EndAsync(server);
        Assert.DoesNotContain("Routes", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_capability_it_says_so_and_serves()
    {
        NetworkNamespace.Require();
        Assert.SkipUnless(File.Exists("/usr/sbin/capsh") || File.Exists("/sbin/capsh") || File.Exists("/usr/bin/setpriv"), "Needs setpriv (util-linux) to drop a capability.");
        Machine.Do("link set eth0p down");
        var before = await DefaultsAsync();
        await using var server = await StartAsync(dropped: true);
        await server.WaitForLineAsync("manage_routes needs the capability CAP_NET_ADMIN", Limit);
        Assert.Equal(before, await DefaultsAsync());
        Assert.False(File.Exists(Journal));
    }

    public void Dispose()
    {
        _machine?.Dispose();
        _folder.Dispose();
    }

    private string Journal => _folder["data/state/routes.journal"];

    /// <summary>A machine with a cable and Wi-Fi. The cable's IPv4 route has the lowest metric that there is.</summary>
    private static NetworkNamespace Make()
    {
        var machine = new NetworkNamespace();
        machine.Do("link set lo up");
        machine.AddCable("eth0", "eth0p", "198.18.1.2/24");
        machine.AddCable("wlan0", "wlan0p", "198.18.2.2/24");
        machine.DoAll([
            "addr add 2001:db8:1::2/64 dev eth0 nodad",
            "addr add 2001:db8:2::2/64 dev wlan0 nodad",
            "route add default via 198.18.1.1 dev eth0 src 198.18.1.2",
            "route add default via 198.18.2.1 dev wlan0 proto dhcp metric 600",
            "route add ::/0 via 2001:db8:1::1 dev eth0 metric 1",
            "route add ::/0 via 2001:db8:2::1 dev wlan0 metric 1024",
        ]);
        return machine;
    }

    private async Task<ChildProcess> StartAsync(bool manage = true, bool dropped = false)
    {
        string[] prefix = dropped ? ["setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"] : [];
        var server = ChildProcess.Start(
            "ip",
            ["netns", "exec", Machine.Name, .. prefix, ServerUnderTest.Program, "run", "--listen", "127.0.0.1:8080", "--data", _folder["data"]],
            environment: new Dictionary<string, string>
            {
                ["HFS_SECURITY__SECRET"] = "secret of the routes",
                ["HFS_NETWORK_RESILIENCE__MANAGE_ROUTES"] = manage ? "true" : "false",
                ["HFS_NETWORK_RESILIENCE__INTERFACE_STABILITY_TIME"] = "1s",
            });
        await server.WaitForLineAsync("Listening on", Limit);
        return server;
    }

    private static async Task EndAsync(ChildProcess server)
    {
        await ChildProcess.RunAsync("/bin/kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)], Limit);
        Assert.Equal(0, await server.WaitForExitAsync(Limit));
    }

    /// <summary>All default routes, without the state of their links.</summary>
    private async Task<string> DefaultsAsync()
    {
        var v4 = await ChildProcess.RunAsync("ip", ["-n", Machine.Name, "-4", "route", "show", "default"], Limit);
        var v6 = await ChildProcess.RunAsync("ip", ["-n", Machine.Name, "-6", "route", "show", "default"], Limit);
        return string.Join('\n', (v4 + v6).Split('\n').Select(l => l.Replace(" linkdown", "", StringComparison.Ordinal).Replace(" dead", "", StringComparison.Ordinal).Trim()).Order(StringComparer.Ordinal));
    }

    /// <summary>The interfaces that packets to the outside leave by, IPv4 and IPv6.</summary>
    private async Task<(string V4, string V6)> WayOutAsync()
    {
        async Task<string> DeviceAsync(string to)
        {
            var words = (await ChildProcess.RunAsync("ip", ["-n", Machine.Name, "route", "get", to], Limit)).Split(' ');
            return words[Array.IndexOf(words, "dev") + 1];
        }
        return (await DeviceAsync(Outside), await DeviceAsync("2001:db8:ffff::1"));
    }
}
