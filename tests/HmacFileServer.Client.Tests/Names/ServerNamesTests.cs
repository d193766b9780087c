using System.Net;
using System.Net.Security;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Names;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Names;

/// <summary>An interface asks its own name servers, and what they say is believed as far as somebody can prove it. Loopback stands for the interface.</summary>
public sealed class ServerNamesTests : IDisposable
{
    private const string Host = "up.example.invalid";

    private static readonly IPAddress Local = LoopbackAddress.Next();

    private static readonly InterfaceSnapshot Lo = new(1, "lo", InterfaceType.Loopback)
    {
        IsUp = true,
        HasCarrier = true,
        Addresses = [IPAddress.Loopback],
        Routes = [new InterfaceRoute(IPNetwork.Parse("127.0.0.0/8"), null, 0)],
    };

    private static readonly PathCandidate Path = new("lo", InterfaceType.Loopback, Lo);
    private static readonly ServerEndpoint Secure = new(Host, 443, [IPAddress.Parse("198.18.0.1")], new SslClientAuthenticationOptions());

    private readonly TemporaryFolder _folder = new();

    public ServerNamesTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "lo is interface 1 on Linux alone.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_interface_is_told_comes_first_and_what_the_system_knows_behind_it()
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        var seen = await Names().SeenFromAsync(Path, Secure, Cancellation);
        Assert.Equal(["198.18.7.7", "198.18.0.1"], seen.Addresses.Select(a => a.ToString()));
    }

    [Fact]
    public async Task Over_plain_HTTP_only_addresses_count_that_the_system_knows_too()
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7", "198.18.0.2")]);
        IReadOnlyList<IPAddress> known = [IPAddress.Parse("198.18.0.1"), IPAddress.Parse("198.18.0.2")];
        var seen = await Names().SeenFromAsync(Path, Secure with { Tls = null, Addresses = known }, Cancellation);
        Assert.Equal(["198.18.0.2", "198.18.0.1"], seen.Addresses.Select(a => a.ToString()));
    }

    [Fact]
    public async Task Where_the_system_knows_nothing_the_interfaces_are_asked()
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        Assert.Equal("198.18.7.7", Assert.Single(await Names().LookUpAsync(Host, Cancellation)).ToString());
    }

    [Fact]
    public async Task Where_the_system_takes_long_the_interfaces_are_asked()
    {
        var time = new ManualTimeProvider();
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        var never = new TaskCompletionSource<IReadOnlyList<IPAddress>>();
        var looking = Names(time: time, system: (_, _) => never.Task).LookUpAsync(Host, Cancellation);
        time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.Equal(0, server.Asked);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("198.18.7.7", Assert.Single(await looking).ToString());
    }

    [Fact]
    public async Task What_the_system_knows_needs_no_other()
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        var names = Names(system: (_, _) => Task.FromResult(Secure.Addresses));
        Assert.Equal(Secure.Addresses, await names.LookUpAsync(Host, Cancellation));
        Assert.Equal(0, server.Asked);
    }

    [Fact]
    public async Task What_has_no_room_comes_over_TCP()
    {
        await using var server = Server((q, isStream) =>
        {
            var answer = FakeNameServer.Addresses(q, isStream ? ["198.18.7.7"] : []);
            answer[2] |= isStream ? (byte)0 : (byte)2;
            return [answer];
        });
        Assert.Equal("198.18.7.7", (await Names().SeenFromAsync(Path, Secure, Cancellation)).Addresses[0].ToString());
        Assert.Equal(2, server.Asked);
    }

    [Fact]
    public async Task A_forged_answer_before_the_true_one_is_not_heard()
    {
        await using var server = Server((q, _) =>
        {
            var forged = FakeNameServer.Addresses(q, "203.0.113.66");
            forged[0] ^= 0x55;
            return [forged, [1, 2, 3], FakeNameServer.Addresses(q, "198.18.7.7")];
        });
        Assert.Equal("198.18.7.7", (await Names().SeenFromAsync(Path, Secure, Cancellation)).Addresses[0].ToString());
    }

    [Fact]
    public async Task A_name_server_that_is_silent_is_asked_twice_and_then_left_alone_for_a_minute()
    {
        var time = new ManualTimeProvider();
        await using var server = Server((_, _) => []);
        var names = Names(time: time);
        var asking = names.SeenFromAsync(Path, Secure, Cancellation);
        await server.HearAsync();
        time.Advance(TimeSpan.FromMilliseconds(701));
        await server.HearAsync();
        time.Advance(TimeSpan.FromMilliseconds(701));
        Assert.Same(Secure, await asking);

        Assert.Same(Secure, await names.SeenFromAsync(Path, Secure, Cancellation));
        Assert.Equal(2, server.Asked);
        time.Advance(TimeSpan.FromMinutes(1));
        var again = names.SeenFromAsync(Path, Secure, Cancellation);
        await server.HearAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(Secure, await again);
    }

    [Fact]
    public async Task What_led_nowhere_is_not_believed_again()
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        var names = Names();
        Assert.NotSame(Secure, await names.SeenFromAsync(Path, Secure, Cancellation));
        names.Distrust(Path, Host);
        Assert.Same(Secure, await names.SeenFromAsync(Path, Secure, Cancellation));
        Assert.Equal(1, server.Asked);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    public async Task An_address_where_no_server_can_be_is_not_taken(string address)
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, address)]);
        Assert.Same(Secure, await Names().SeenFromAsync(Path, Secure, Cancellation));
        Assert.Equal(1, server.Asked);
    }

    [Theory]
    [InlineData("198.18.0.1")]
    [InlineData("printer.local")]
    [InlineData("nas")]
    [InlineData("a.localhost")]
    [InlineData("in.hosts.example")]
    [InlineData("two..dots")]
    public async Task Names_that_are_not_for_name_servers_are_not_asked_for(string host)
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        var one = Secure with { Host = host };
        Assert.Same(one, await Names().SeenFromAsync(Path, one, Cancellation));
        Assert.Equal(0, server.Asked);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var server = Server((q, _) => [FakeNameServer.Addresses(q, "198.18.7.7")]);
        foreach (var options in (ClientOptions[])[new() { InterfaceResolvers = false }, new() { MultiInterface = false }, new() { Resilient = false }])
        {
            Assert.Same(Secure, await Names(options).SeenFromAsync(Path, Secure, Cancellation));
            Assert.Empty(await Names(options).LookUpAsync(Host, Cancellation));
        }
        Assert.Equal(0, server.Asked);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FakeNameServer Server(Func<byte[], bool, IEnumerable<byte[]>> answers)
    {
        var server = new FakeNameServer(Local, answers);
        Directory.CreateDirectory(_folder["run/systemd/netif/leases"]);
        File.WriteAllText(_folder["run/systemd/netif/leases/1"], $"DNS={server.EndPoint}\n");
        File.WriteAllText(_folder["hosts"], "198.18.0.9\thosts.example in.hosts.example # ours\n");
        return server;
    }

    private ServerNames Names(ClientOptions? options = null, TimeProvider? time = null, Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>>? system = null) => new(
        options ?? new ClientOptions(), new Still(), time ?? TimeProvider.System, new NameServers(_folder.Path), _folder["hosts"],
        system ?? ((_, _) => Task.FromResult<IReadOnlyList<IPAddress>>([])));

    /// <summary>A monitor of a network in which nothing ever changes.</summary>
    private sealed class Still : INetworkMonitor
    {
        public IReadOnlyList<InterfaceSnapshot> Current => [Lo];

        public IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange) => new MemoryStream();

        public IDisposable Attend() => new MemoryStream();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
