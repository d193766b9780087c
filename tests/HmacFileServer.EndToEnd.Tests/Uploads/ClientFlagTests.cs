using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Client.State;
using HmacFileServer.Core.Configuration;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>What the client's switches do to a real upload: on is on, and off is off.</summary>
public sealed class ClientFlagTests : IDisposable
{
    private const int Length = 6_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Chunk_retry_on_switch_off_ends_the_upload_where_bytes_would_have_to_be_sent_again()
    {
        var failed = await Assert.ThrowsAsync<UploadFailedException>(() => CutAsync(retry: false));
        Assert.Equal(UploadFailure.NoPath, failed.Reason);
        Assert.Contains("chunk_retry_on_switch", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunk_retry_on_switch_on_goes_on() => Assert.Equal(Length, (await CutAsync(retry: true)).Bytes);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_optimization_decides_whether_anything_is_learned(bool on)
    {
        await using var server = await ServerUnderTest.StartAsync();
        var options = ClientOptions.From(new HmacFileServerOptions { ClientOptimization = new() { Enabled = on } }) with { State = StateFolder.Open(_folder["state"]) };
        var first = await UploadAsync(options, Slot(server, "1"));
        var second = await UploadAsync(options, Slot(server, "2"));
        Assert.All(first.Paths, p => Assert.Null(p.Seed));
        Assert.Equal(on, File.Exists(Path.Combine(_folder["state"], "profiles.json")));
        Assert.All(second.Paths, p => Assert.Equal(on, p.Seed is { Throughput: > 0, Buffer: > 0, Chunk: > 0 }));
    }

    [Fact]
    public async Task What_waits_unsent_in_the_kernel_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_NOTSENT_LOWAT is not everywhere");
        await using var server = await ServerUnderTest.StartAsync();
        var path = Assert.Single((await UploadAsync(new ClientOptions(), Slot(server, "1"))).Paths);
        Assert.InRange(path.NotSentBytes, 16 * 1024, path.Buffer);
        Assert.InRange(path.LargestChunk, 1, path.Bytes);
        Assert.True(path.LargestBuffer >= path.Buffer);
    }

    [Fact]
    public async Task Forcing_reaches_uploads_under_way_and_those_to_come()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var said = new List<string>();
        await using var client = new UploadClient(new ClientOptions { BandwidthLimit = Length, Trace = (_, what) => { lock (said) said.Add(what); } });
        var isForced = false;
        Write();
        await client.UploadAsync(new UploadRequest(_folder["f"], Slot(server, "1")), new Watcher(_ =>
        {
            if (!isForced)
                client.Force("lo");
            isForced = true;
        })).WaitAsync(Patience);
        Assert.Single(said, s => s == "forced: lo");
        await client.UploadAsync(new UploadRequest(_folder["f"], Slot(server, "2"))).WaitAsync(Patience);
        Assert.Equal(2, said.Count(s => s == "forced: lo"));
        client.Force(null);
        await client.UploadAsync(new UploadRequest(_folder["f"], Slot(server, "3"))).WaitAsync(Patience);
        Assert.Equal(2, said.Count(s => s == "forced: lo"));
    }

    private static Uri Slot(ServerUnderTest server, string folder) => new(server.Slot(folder, "f", Length, contentType: "application/octet-stream"));

    private async Task<UploadResult> CutAsync(bool retry)
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var relay = new CuttingRelay(server.EndPoint, Length / 2);
        var options = ClientOptions.From(new HmacFileServerOptions { Handoff = new() { ChunkRetryOnSwitch = retry } });
        var result = await UploadAsync(options, new UriBuilder(Slot(server, "1")) { Host = relay.Url.Host, Port = relay.Url.Port }.Uri);
        Assert.Equal(1, relay.CutsMade);
        return result;
    }

    private async Task<UploadResult> UploadAsync(ClientOptions options, Uri slot)
    {
        Write();
        await using var client = new UploadClient(options);
        return await client.UploadAsync(new UploadRequest(_folder["f"], slot)).WaitAsync(Patience);
    }

    private void Write()
    {
        if (!File.Exists(_folder["f"]))
            File.WriteAllBytes(_folder["f"], RandomNumberGenerator.GetBytes(Length));
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
