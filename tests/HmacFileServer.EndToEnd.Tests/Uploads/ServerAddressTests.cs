using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Client;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>A server whose addresses come and go, in plain HTTP.</summary>
public sealed class ServerAddressTests : ServerAddressTestBase
{
    [Fact]
    public async Task An_upload_leaves_the_address_that_the_server_says_is_gone_and_returns_when_it_is_back()
    {
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = Listen(counted);

        var result = await UploadAsync(new ClientOptions { Failover = new FailoverOptions { StabilityTime = TimeSpan.FromSeconds(1) } },
            (0.3, () => Uplinks.Set(Wlan0)),
            (0.6, () => Uplinks.Set(Eth0, Wlan0)));

        Assert.Equal([("interface_down", A.Url.Host, B.Url.Host), ("better_alternative", B.Url.Host, A.Url.Host)],
            result.Switches.Select(s => (s.Reason.Name(), s.FromEndpoint!, s.ToEndpoint!)));
        Assert.InRange(result.ResentBytes, 0, 1 << 20); // what was in the sockets
        // No other test of this process has switches between addresses of a server while this class runs.
        Assert.Equal(1, counted["hfs_client_switches_total reason=interface_down from=lo to=lo side=server"]);
        Assert.Equal(1, counted["hfs_client_switches_total reason=better_alternative from=lo to=lo side=server"]);
        Assert.InRange(counted["hfs_client_bytes_total direction=upload type=loopback"], Length / 2, long.MaxValue); // a segment that was cut has no answer
        Assert.Contains(Said, s => s.Contains("the server is asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_dies_without_a_word_is_left_for_the_next()
    {
        var result = await UploadAsync(new ClientOptions(), (0.4, () => _ = A.DropAsync()));

        Assert.True(B.Sent > Length / 4, $"{B.Sent} bytes came over the second address");
        Assert.Equal(B.Url.Host, Assert.Single(result.Switches).ToEndpoint);
        Assert.InRange(result.LargestStall, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData(TransferMode.Aggregate)]
    [InlineData(TransferMode.Auto)]
    public async Task In_every_mode_it_moves(TransferMode mode)
    {
        await UploadAsync(new ClientOptions(), mode, (0.4, () => _ = A.DropAsync()));
        Assert.True(B.Sent > Length / 4, $"{B.Sent} bytes came over the second address");
    }

    [Fact]
    public async Task Off_means_off_the_server_is_not_even_asked()
    {
        var options = ClientOptions.From(new HmacFileServerOptions { Handoff = new() { SwitchNotificationEnabled = false } });
        var result = await UploadAsync(options, (0.4, () => Uplinks.Set(Wlan0)));

        Assert.Equal(0, B.Sent);
        Assert.Empty(result.Switches);
        Assert.DoesNotContain(Said, s => s.Contains("the server is asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_the_server_is_told_nothing_of_the_upload()
    {
        await B.DropAsync();
        var heard = new StringBuilder();
        using var stranger = new TcpListener(IPAddress.Parse(B.Url.Host), Port);
        stranger.Start();
        using var ending = new CancellationTokenSource();
        var listening = ListenAsync(stranger, heard, ending.Token);

        var result = await UploadAsync(new ClientOptions { Headers = [new("Authorization", "Bearer of secrets")] }, (0.6, () => Uplinks.Set(Wlan0)));
        await ending.CancelAsync();
        await listening;

        Assert.Contains("GET /ping HTTP/1.1", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secrets", heard.ToString(), StringComparison.Ordinal);
        Assert.Equal(Length, result.Bytes);
        Assert.Contains(Said, s => s.Contains("another server answers there", StringComparison.Ordinal));
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
}
