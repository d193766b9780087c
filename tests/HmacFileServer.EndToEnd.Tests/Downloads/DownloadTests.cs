using System.Net;
using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Client.Downloads;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Downloads;

/// <summary>Downloads, whole and cut in the middle.</summary>
public sealed class DownloadTests : IDisposable
{
    private const int Length = 24_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(Length);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_our_own_server_arrives_across_cuts_and_is_proven()
    {
        await using var server = await ServerUnderTest.StartAsync();
        File.WriteAllBytes(_folder["up"], _bytes);
        await using (var uploads = new UploadClient(new ClientOptions()))
            await uploads.UploadAsync(new UploadRequest(_folder["up"], new Uri(server.Slot("s", "f.bin", Length))));
        await using var relay = Relay(server.EndPoint, 5_000_000, 12_000_000);
        await using var client = new DownloadClient(new ClientOptions());

        var result = await client.DownloadAsync(new DownloadRequest(new Uri(relay.Url, "s/f.bin"), _folder.Path));

        Assert.Equal(2, relay.CutsMade);
        Assert.True(result.IsVerified);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["f.bin"]));
        Assert.Equal(Length, result.ReceivedBytes);
        Assert.Equal(["f.bin", "up"], Names());
    }

    [Fact]
    public async Task Another_client_goes_on_where_the_first_one_was()
    {
        await using var dav = await DavServer.StartAsync();
        dav.Store("f.bin", _bytes);
        var request = new DownloadRequest(new Uri($"http://{dav.EndPoint}/f.bin"), _folder["out"]);
        await StopAtAQuarterAsync(request);
        Assert.False(File.Exists(_folder["out"]));

        await using var second = new DownloadClient(new ClientOptions());
        var result = await second.DownloadAsync(request);

        Assert.InRange(result.HeldBytes, 1, Length - 1);
        Assert.Equal(Length - result.HeldBytes, result.ReceivedBytes);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["out"]));
        Assert.Equal(["out"], Names());
    }

    [Fact]
    public async Task What_was_begun_of_another_version_is_not_mixed_in()
    {
        await using var dav = await DavServer.StartAsync();
        dav.Store("f.bin", _bytes);
        var request = new DownloadRequest(new Uri($"http://{dav.EndPoint}/f.bin"), _folder["out"]);
        await StopAtAQuarterAsync(request);
        var others = RandomNumberGenerator.GetBytes(Length + 1);
        dav.Store("f.bin", others);

        await using var second = new DownloadClient(new ClientOptions());
        var result = await second.DownloadAsync(request);

        Assert.Equal(0, result.HeldBytes);
        Assert.Equal(others, await File.ReadAllBytesAsync(_folder["out"]));
    }

    [Fact]
    public async Task A_server_without_ranges_hands_out_the_whole_and_after_a_cut_again()
    {
        await using var dav = await DavServer.StartAsync();
        dav.Store("whole/f.bin", _bytes);
        await using var relay = Relay(dav.EndPoint, 5_000_000);
        await using var client = new DownloadClient(new ClientOptions());
        var result = await client.DownloadAsync(new DownloadRequest(new Uri(relay.Url, "whole/f.bin"), _folder["out"]));
        Assert.Equal(1, relay.CutsMade);
        Assert.False(result.IsVerified);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["out"]));
        Assert.True(result.ReceivedBytes > Length);
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_when_that_is_wanted()
    {
        await using var dav = await DavServer.StartAsync();
        dav.Store("f.bin", _bytes);
        File.WriteAllText(_folder["out"], "mine");
        await using var client = new DownloadClient(new ClientOptions());
        var request = new DownloadRequest(new Uri($"http://{dav.EndPoint}/f.bin"), _folder["out"]);
        Assert.Equal(UploadFailure.File, (await Assert.ThrowsAsync<UploadFailedException>(() => client.DownloadAsync(request))).Reason);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder["out"]));
        await client.DownloadAsync(request with { Overwrites = true });
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["out"]));
    }

    [Fact]
    public async Task What_is_not_there_is_refused_and_leaves_nothing_behind()
    {
        await using var dav = await DavServer.StartAsync();
        await using var client = new DownloadClient(new ClientOptions());
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => client.DownloadAsync(new DownloadRequest(new Uri($"http://{dav.EndPoint}/none"), _folder["out"])));
        Assert.Equal(UploadFailure.Refused, refused.Reason);
        Assert.Empty(Names());
    }

    private async Task StopAtAQuarterAsync(DownloadRequest request)
    {
        using var stop = new CancellationTokenSource();
        await using var first = new DownloadClient(new ClientOptions { BandwidthLimit = 10_000_000 });
        var watching = new Watcher(p =>
        {
            if (p.DoneBytes > Length / 4)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.DownloadAsync(request, watching, stop.Token));
    }

    private static CuttingRelay Relay(IPEndPoint server, params long[] cuts) => new(server, new IPEndPoint(LoopbackAddress.Next(), 0), ofServer: true, cuts);

    private string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
