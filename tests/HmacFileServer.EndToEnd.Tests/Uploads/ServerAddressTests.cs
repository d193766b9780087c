using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Client;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Tests.Networks;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Testing;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>
/// A server with several addresses: relays stand for its uplinks, A and B, and a scripted monitor for what it knows of them. The client has nothing but
/// loopback, so that every change is one of the server's address.
/// </summary>
public sealed class ServerAddressTests : IAsyncLifetime
{
    private const int Port = 8091;
    private const int Length = 16_000_000;
    private const int Rate = 4_000_000;
    private const string Secret = "a secret for tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedMonitor _uplinks = new();
    private readonly IPEndPoint _at = new(LoopbackAddress.Next(), Port);
    private readonly List<string> _said = [];
    private byte[] _bytes = [];
    private ServerHost _server = null!;
    private CuttingRelay _a = null!;
    private CuttingRelay _b = null!;

    private (string, InterfaceType, string) Eth0 => ("eth0", InterfaceType.Ethernet, _a.Url.Host);

    private (string, InterfaceType, string) Wlan0 => ("wlan0", InterfaceType.Wifi, _b.Url.Host);

    public async ValueTask InitializeAsync()
    {
        _a = Relay();
        _b = Relay();
        _uplinks.Set(Eth0, Wlan0);
        _server = await ServerHost.StartAsync(
            new ServerSettings("/", new UploadLimits { MaxUploadSize = 1L << 30, SessionTimeout = TimeSpan.FromHours(1) }, new SlotSecrets(Secret))
            {
                AnnounceInterfaces = true,
                StartMonitor = () => _uplinks,
                NetworkResilience = new NetworkResilienceOptions { InterfaceStabilityTime = TimeSpan.FromMilliseconds(200) },
            },
            [_at], null, new InMemoryUploadStore(TimeProvider.System), TimeProvider.System, _ => { }, CancellationToken.None);
        _bytes = RandomNumberGenerator.GetBytes(Length);
        await File.WriteAllBytesAsync(_folder["f"], _bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_upload_leaves_the_address_that_the_server_says_is_gone_and_returns_when_it_is_back()
    {
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = Listen(counted);

        var result = await UploadAsync(new ClientOptions { Failover = new FailoverOptions { StabilityTime = TimeSpan.FromSeconds(1) } },
            (0.3, () => _uplinks.Set(Wlan0)),
            (0.6, () => _uplinks.Set(Eth0, Wlan0)));

        Assert.Equal([("interface_down", _a.Url.Host, _b.Url.Host), ("better_alternative", _b.Url.Host, _a.Url.Host)],
            result.Switches.Select(s => (s.Reason.Name(), s.FromEndpoint!, s.ToEndpoint!)));
        Assert.InRange(result.ResentBytes, 0, 1 << 20); // what was in the sockets
        // No other test of this process has switches between addresses of a server while this class runs.
        Assert.Equal(1, counted["hfs_client_switches_total reason=interface_down from=lo to=lo side=server"]);
        Assert.Equal(1, counted["hfs_client_switches_total reason=better_alternative from=lo to=lo side=server"]);
        Assert.InRange(counted["hfs_client_bytes_total direction=upload type=loopback"], Length / 2, long.MaxValue); // a segment that was cut has no answer
        Assert.Contains(_said, s => s.Contains("the server is asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_dies_without_a_word_is_left_for_the_next()
    {
        var result = await UploadAsync(new ClientOptions(), (0.4, () => _ = _a.DropAsync()));

        Assert.True(_b.Sent > Length / 4, $"{_b.Sent} bytes came over the second address");
        Assert.Equal(_b.Url.Host, Assert.Single(result.Switches).ToEndpoint);
        Assert.InRange(result.LargestStall, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData(TransferMode.Aggregate)]
    [InlineData(TransferMode.Auto)]
    public async Task In_every_mode_it_moves(TransferMode mode)
    {
        await UploadAsync(new ClientOptions(), mode, (0.4, () => _ = _a.DropAsync()));
        Assert.True(_b.Sent > Length / 4, $"{_b.Sent} bytes came over the second address");
    }

    [Fact]
    public async Task Off_means_off_the_server_is_not_even_asked()
    {
        var options = ClientOptions.From(new HmacFileServerOptions { Handoff = new() { SwitchNotificationEnabled = false } });
        var result = await UploadAsync(options, (0.4, () => _uplinks.Set(Wlan0)));

        Assert.Equal(0, _b.Sent);
        Assert.Empty(result.Switches);
        Assert.DoesNotContain(_said, s => s.Contains("the server is asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_the_server_is_told_nothing_of_the_upload()
    {
        await _b.DropAsync();
        var heard = new StringBuilder();
        using var stranger = new TcpListener(IPAddress.Parse(_b.Url.Host), Port);
        stranger.Start();
        using var ending = new CancellationTokenSource();
        var listening = ListenAsync(stranger, heard, ending.Token);

        var result = await UploadAsync(new ClientOptions { Headers = [new("Authorization", "Bearer of secrets")] }, (0.6, () => _uplinks.Set(Wlan0)));
        await ending.CancelAsync();
        await listening;

        Assert.Contains("GET /ping HTTP/1.1", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secrets", heard.ToString(), StringComparison.Ordinal);
        Assert.Equal(_bytes.Length, result.Bytes);
        Assert.Contains(_said, s => s.Contains("another server answers there", StringComparison.Ordinal));
    }

    private static MeterListener Listen(ConcurrentDictionary<string, long> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == UploadClient.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.AddOrUpdate($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}", value, (_, before) => before + value));
        listener.Start();
        return listener;
    }

    private static async Task ListenAsync(TcpListener listener, StringBuilder heard, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(cancellation);
                if (await socket.ReceiveAsync(buffer, cancellation) is var read)
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
                // What is there looks alive, and is not ours.
                await socket.SendAsync("HTTP/1.1 204 No Content\r\nServer: other\r\n\r\n"u8.ToArray(), cancellation);
                while (await socket.ReceiveAsync(buffer, cancellation) is > 0 and var more)
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, more));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private Task<UploadResult> UploadAsync(ClientOptions options, params (double At, Action Act)[] steps) => UploadAsync(options, TransferMode.Failover, steps);

    private async Task<UploadResult> UploadAsync(ClientOptions options, TransferMode mode, params (double At, Action Act)[] steps)
    {
        var next = 0;
        // Not before the second address is connected, or found to be none: what happens before is not what these tests are about.
        var watcher = new Watcher(p =>
        {
            if (next < steps.Length && p.DoneBytes > steps[next].At * Length && p.Elapsed > TimeSpan.FromSeconds(1.5))
                steps[next++].Act();
        });
        await using var client = new UploadClient(options with { BandwidthLimit = Rate, Trace = (at, what) => _said.Add($"{at.TotalSeconds:F3} {what}") });
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], Slot()) { Mode = mode }, watcher).WaitAsync(Patience);
        Assert.Equal(steps.Length, next);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_bytes)), result.Sha256);
        return result;
    }

    private CuttingRelay Relay() => new(_at, new IPEndPoint(LoopbackAddress.Next(), Port), ofServer: false);

    private Uri Slot()
    {
        var path = SlotPath.FromDecodedSegments([Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), "f.bin"])!;
        var query = new SlotMinter(new SlotSecrets(Secret)).Mint(SlotVariant.Expiring, path, Length, "application/octet-stream", TimeProvider.System.GetUtcNow().AddHours(1));
        return new Uri(SlotUrl.Build(_a.Url, path, query));
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
