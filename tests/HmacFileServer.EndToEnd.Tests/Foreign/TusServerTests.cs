using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Client.State;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>The client against a tus server of somebody else, whole and cut in the middle.</summary>
public abstract class TusServerTests(NodeTusServer tus) : IDisposable
{
    protected const int Length = 24_000_000;

    private readonly TemporaryFolder _folder = new();

    protected NodeTusServer Server { get; } = tus;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task It_is_found_out_and_gets_every_byte(int length)
    {
        Server.SkipUnlessThere();
        var bytes = Random(length);
        await using var client = new UploadClient(new ClientOptions());
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], Server.Files));
        Assert.Equal(UploadProtocol.Tus, result.Protocol);
        Assert.Equal(length, result.SentBytes);
        Assert.Equal(bytes, Server.Stored(result.Url));
    }

    [Fact]
    public async Task A_cut_upload_goes_on_and_sends_no_acknowledged_byte_twice()
    {
        Server.SkipUnlessThere();
        var bytes = Random(Length);
        await using var relay = new CuttingRelay(Server.EndPoint, 3_000_000, 9_000_000, 15_000_000);
        await using var client = new UploadClient(new ClientOptions());
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], new Uri(relay.Url, "files")));
        Assert.Equal(3, relay.CutsMade);
        Assert.Equal(bytes, Server.Stored(result.Url));
        // Sent again is only what was in buffers on the way when a connection was reset.
        Assert.InRange(relay.Sent, Length, Length + (3 * 4_000_000));
        Assert.Equal(3, result.Paths.Sum(p => p.FailedSegments));
    }

    [Fact]
    public async Task An_upload_is_resumed_by_another_client()
    {
        Server.SkipUnlessThere();
        var bytes = Random(Length);
        var options = new ClientOptions { State = StateFolder.Open(_folder["state"]) };
        var request = new UploadRequest(_folder["f"], Server.Files);
        using var stop = new CancellationTokenSource();
        await using (var first = new UploadClient(options with { BandwidthLimit = 10_000_000 }))
        {
            var watching = new Watcher(p =>
            {
                if (p.DoneBytes > Length / 4)
                    stop.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.UploadAsync(request, watching, stop.Token));
        }
        var kept = Assert.Single(options.State.List());

        await using var second = new UploadClient(options);
        var result = await second.ResumeAsync(kept.Id);

        Assert.Equal(bytes, Server.Stored(result.Url));
        Assert.True(result.HeldBytes > 0, "Nothing was held.");
        Assert.Equal(Length - result.HeldBytes, result.SentBytes);
        Assert.Empty(options.State.List());
    }

    protected UploadRequest Request(Uri url) => new(_folder["f"], url);

    protected byte[] Random(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        File.WriteAllBytes(_folder["f"], bytes);
        return bytes;
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}

/// <summary>The reference server, and what only it can.</summary>
public sealed class TusNodeServerTests(TusNodeServer tus) : TusServerTests(tus), IClassFixture<TusNodeServer>
{
    [Fact]
    public async Task Input_of_unknown_length_goes_there()
    {
        Server.SkipUnlessThere();
        var bytes = RandomNumberGenerator.GetBytes(7_000_000);
        await using var relay = new CuttingRelay(Server.EndPoint, 2_000_000);
        await using var client = new UploadClient(new ClientOptions());
        using var input = new MemoryStream(bytes);
        var result = await client.UploadAsync(new UploadRequest("stdin", new Uri(relay.Url, "files")) { Content = input });
        Assert.Equal(bytes.Length, result.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Sha256);
        Assert.Equal(bytes, Server.Stored(result.Url));
    }
}

/// <summary>The other implementation, and what it cannot.</summary>
public sealed class UploadxServerTests(UploadxServer tus) : TusServerTests(tus), IClassFixture<UploadxServer>
{
    [Fact]
    public async Task Input_of_unknown_length_is_refused_in_words_before_a_byte_is_read()
    {
        Server.SkipUnlessThere();
        await using var client = new UploadClient(new ClientOptions());
        using var input = new MemoryStream(RandomNumberGenerator.GetBytes(7_000_000));
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => client.UploadAsync(new UploadRequest("stdin", Server.Files) { Content = input }));
        Assert.Equal(UploadFailure.Usage, refused.Reason);
        Assert.Contains("Write the input to a file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_refuses_is_told_with_its_words()
    {
        Server.SkipUnlessThere();
        Random(10);
        await using var client = new UploadClient(new ClientOptions());
        var elsewhere = new Uri(Server.Files, "/nowhere");
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => client.UploadAsync(Request(elsewhere) with { Protocol = UploadProtocol.Tus }));
        Assert.Equal(UploadFailure.Refused, refused.Reason);
        Assert.Equal(404, refused.Status);
    }
}
