using System.Net;
using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;
using HmacFileServer.Server.Tests.Networks;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>
/// A Wi-Fi interface, its signal and the server's advice for it, as an upload sees them. The loopback device plays it: a second, unreachable address of the server keeps the client from taking
/// the server for one on this very device.
/// </summary>
public sealed class WifiPathTests : IDisposable
{
    private const int Length = 4_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedMonitor _interfaces = new();
    private int _reads;
    private long _chunk; // as tuned at the end

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_signal_of_the_interface_in_use_reaches_the_policy_where_outages_are_foretold(bool on)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loopback interface is called lo on Linux.");
        var seen = await UploadAsync(InterfaceType.Wifi, on);
        Assert.Equal(on ? [-71] : [], seen.Distinct());
        if (!on)
            Assert.Equal(0, _reads);
        else
            Assert.InRange(_reads, 1, 6); // once a second for about two
    }

    [Fact]
    public async Task Of_a_cable_nobody_asks_for_a_signal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loopback interface is called lo on Linux.");
        Assert.Empty(await UploadAsync(InterfaceType.Ethernet, true));
        Assert.Equal(0, _reads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Segments_over_a_network_of_which_nothing_is_known_are_as_small_as_the_server_says(bool asks)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loopback interface is called lo on Linux.");
        await UploadAsync(InterfaceType.Wifi, false, asks, new Dictionary<string, string> { ["HFS_NETWORK_INTERFACES__WIFI__CHUNK_SIZE"] = "128KB" });
        Assert.Equal(asks, _chunk <= 131_072);
    }

    private async Task<List<int>> UploadAsync(InterfaceType type, bool predicts, bool follows = true, Dictionary<string, string>? settings = null)
    {
        await using var server = await ServerUnderTest.StartAsync(settings: settings);
        File.WriteAllBytes(_folder["f"], RandomNumberGenerator.GetBytes(Length));
        File.WriteAllText(_folder["wireless"], "Inter-|\n face |\n    lo: 0000   39.  -71.  -256        0      0      0      0      0        0\n");
        _interfaces.Set(new InterfaceSnapshot(1, "lo", type)
        {
            IsUp = true,
            HasCarrier = true,
            Addresses = [IPAddress.Loopback],
            Routes = [new InterfaceRoute(IPNetwork.Parse("127.0.0.0/8"), null, 0)],
        });
        var options = ClientOptions.From(new HmacFileServerOptions { NetworkResilience = new() { PredictiveSwitching = predicts } }) with
        {
            BandwidthLimit = Length / 2,
            FollowServer = follows,
            Resolve = (_, _) => Task.FromResult<IReadOnlyList<IPAddress>>([server.EndPoint.Address, IPAddress.Parse("198.18.255.1")]),
            ReadSignals = () =>
            {
                Interlocked.Increment(ref _reads);
                return WirelessSignal.ReadAll(_folder["wireless"]);
            },
        };
        await using var client = new UploadClient(options, null, _interfaces);
        var seen = new List<int>();
        var slot = new UriBuilder(server.Slot("s", "f", Length, contentType: "application/octet-stream")) { Host = "server.test" }.Uri;
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], slot), new Watcher(p => seen.AddRange(p.Paths.Select(one => one.Quality?.SignalDbm).OfType<int>()))).WaitAsync(Patience);
        Assert.Equal(type, Assert.Single(result.Paths).Type);
        _chunk = result.Paths[0].Chunk;
        return seen;
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
