using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Client;
using HmacFileServer.EndToEnd.Tests.Uploads;

namespace HmacFileServer.EndToEnd.Tests.Downloads;

/// <summary>A download from a server whose addresses come and go.</summary>
public sealed class DownloadAddressTests : ServerAddressTestBase
{
    [Theory]
    [InlineData(TransferMode.Failover)]
    [InlineData(TransferMode.Auto)]
    public async Task When_an_address_dies_the_ranges_go_on_from_the_next(TransferMode mode)
    {
        var result = await DownloadAsync(new ClientOptions(), mode, (0.4, () => _ = A.DropAsync()));

        Assert.InRange(result.Paths.Where(p => p.Endpoint == B.Url.Host).Sum(p => p.Bytes), Length / 4, Length);
        Assert.InRange(result.Paths.Where(p => p.Endpoint == A.Url.Host).Sum(p => p.Bytes), Length / 4, Length);
        Assert.Equal(Length, result.ReceivedBytes); // what had arrived of a range that was cut is kept
        Assert.InRange(result.LargestStall, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        if (mode == TransferMode.Failover)
            Assert.Equal((A.Url.Host, B.Url.Host), result.Switches.Select(s => (s.FromEndpoint, s.ToEndpoint)).Single());
    }

    [Fact]
    public async Task Off_means_off_the_server_is_not_even_asked()
    {
        var result = await DownloadAsync(new ClientOptions { FollowServer = false }, TransferMode.Failover, (0.5, () => Uplinks.Set(Wlan0)));
        Assert.Equal(0, B.Sent);
        Assert.All(result.Paths, p => Assert.Null(p.Endpoint));
        Assert.DoesNotContain(Said, s => s.Contains("the server is asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_the_server_is_told_nothing_of_the_download()
    {
        await B.DropAsync();
        var heard = new StringBuilder();
        using var stranger = new TcpListener(IPAddress.Parse(B.Url.Host), Port);
        stranger.Start();
        using var ending = new CancellationTokenSource();
        var listening = ListenAsync(stranger, heard, ending.Token);

        var result = await DownloadAsync(new ClientOptions { Headers = [new("Authorization", "Bearer of secrets")] }, TransferMode.Failover);
        await ending.CancelAsync();
        await listening;

        Assert.Contains("GET /ping HTTP/1.1", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("f.bin", heard.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secrets", heard.ToString(), StringComparison.Ordinal);
        Assert.Contains(Said, s => s.Contains("another server answers there", StringComparison.Ordinal));
        Assert.Equal(Length, result.ReceivedBytes);
    }
}

/// <summary>The same over TLS.</summary>
public sealed class DownloadAddressTlsTests : ServerAddressTestBase
{
    protected override string Name => "files.test";

    [Fact]
    public async Task When_an_address_dies_the_ranges_go_on_from_the_next()
    {
        var result = await DownloadAsync(new ClientOptions(), TransferMode.Failover, (0.4, () => _ = A.DropAsync()));
        Assert.InRange(result.Paths.Where(p => p.Endpoint == B.Url.Host).Sum(p => p.Bytes), Length / 4, Length);
        Assert.True(result.IsVerified);
    }
}
