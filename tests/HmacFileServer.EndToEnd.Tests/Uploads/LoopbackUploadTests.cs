using System.Net;
using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Testing;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>The client's library against the real server on loopback, where no path can be lost: what both agree on.</summary>
public sealed class LoopbackUploadTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly UploadClient _client = new(new ClientOptions());
    private ServerHost _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerHost.StartAsync(
        new ServerSettings("/", new UploadLimits { MaxUploadSize = 1L << 30, SessionTimeout = TimeSpan.FromHours(1) }, new SlotSecrets("a secret for tests")),
        [new IPEndPoint(IPAddress.Loopback, 0)], null, new InMemoryUploadStore(TimeProvider.System), TimeProvider.System, _ => { }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(40_000_000)]
    public async Task A_file_arrives_byte_for_byte(int length)
    {
        var (file, bytes) = Random(length);
        var request = new UploadRequest(file, Slot("très cool +1 (é).bin", length));

        var result = await _client.UploadAsync(request);

        Assert.Equal(length, result.Bytes);
        Assert.Equal(length, result.SentBytes);
        Assert.Equal(0, result.ResentBytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.Sha256);
        using var http = new HttpClient();
        Assert.Equal(bytes, await http.GetByteArrayAsync(result.Url));
    }

    [Fact]
    public async Task A_second_upload_of_the_same_bytes_to_the_same_slot_sends_nothing()
    {
        var (file, _) = Random(100_000);
        var request = new UploadRequest(file, Slot("twice.bin", 100_000));
        await _client.UploadAsync(request);
        var again = await _client.UploadAsync(request);
        Assert.Equal(0, again.SentBytes);
    }

    [Fact]
    public async Task Other_bytes_to_a_finished_slot_are_refused()
    {
        var slot = Slot("taken.bin", 1000);
        await _client.UploadAsync(new UploadRequest(Random(1000).File, slot));
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => _client.UploadAsync(new UploadRequest(Random(1000).File, slot)));
        Assert.NotEqual(UploadFailure.Protocol, refused.Reason);
    }

    [Theory]
    [InlineData(UploadChecksum.Crc32C, "CRC-32C")]
    [InlineData(UploadChecksum.Sha256, "SHA-256")]
    [InlineData(UploadChecksum.None, null)]
    public async Task One_bit_that_turned_on_the_way_is_noticed_by_every_checksum(UploadChecksum checksum, string? told)
    {
        await using var relay = new CuttingRelay(IPEndPoint.Parse(new Uri(_server.Addresses[0]).Authority)) { Damaged = 500_000 };
        await using var client = new UploadClient(new ClientOptions { Checksum = checksum });
        var slot = new Uri(relay.Url, Slot("damaged.bin", 1_000_000).PathAndQuery);
        var upload = client.UploadAsync(new UploadRequest(Random(1_000_000).File, slot));
        if (told is null)
        {
            Assert.Equal(1_000_000, (await upload).Bytes);
            return;
        }
        var failed = await Assert.ThrowsAsync<UploadFailedException>(() => upload);
        Assert.Equal(UploadFailure.Integrity, failed.Reason);
        Assert.Contains(told, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_was_begun_before_goes_on_where_it_was()
    {
        const int Held = 20_000_000;
        var (file, bytes) = Random(30_000_000);
        var request = new UploadRequest(file, Slot("begun.bin", bytes.Length));
        using var http = new HttpClient();
        using var first = new ByteArrayContent(bytes, 0, Held);
        first.Headers.TryAddWithoutValidation("Content-Range", $"bytes 0-{Held - 1}/{bytes.Length}");
        first.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        Assert.Equal(HttpStatusCode.NoContent, (await http.PutAsync(request.Url, first)).StatusCode);

        var result = await _client.UploadAsync(request);

        Assert.Equal(Held, result.HeldBytes);
        Assert.Equal(bytes.Length - Held, result.SentBytes);
        Assert.Equal(bytes, await http.GetByteArrayAsync(result.Url));
    }

    [Fact]
    public async Task An_upload_can_be_stopped()
    {
        var (file, _) = Random(1000);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.UploadAsync(new UploadRequest(file, Slot("stopped.bin", 1000)), cancellation: stop.Token));
    }

    [Fact]
    public async Task A_wrong_signature_is_refused_in_words()
    {
        var (file, _) = Random(1000);
        var url = new Uri(Slot("f.bin", 1000).OriginalString.Replace("sig=", "sig=AAAA", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => _client.UploadAsync(new UploadRequest(file, url)));
        Assert.Equal(UploadFailure.Refused, refused.Reason);
    }

    [Fact]
    public async Task A_file_of_another_length_than_the_slot_is_refused()
    {
        var (file, _) = Random(1000);
        var refused = await Assert.ThrowsAsync<UploadFailedException>(() => _client.UploadAsync(new UploadRequest(file, Slot("f.bin", 999))));
        Assert.Equal(UploadFailure.Refused, refused.Reason);
    }

    [Fact]
    public async Task Where_nothing_listens_the_client_says_so()
    {
        var (file, _) = Random(10);
        var free = new IPEndPoint(LoopbackAddress.Next(), 9);
        var failed = await Assert.ThrowsAsync<UploadFailedException>(() => _client.UploadAsync(new UploadRequest(file, new Uri($"http://{free}/s/f?v=1"))));
        Assert.Equal(UploadFailure.NoPath, failed.Reason);
        Assert.Contains("refused", failed.Message, StringComparison.Ordinal);
    }

    private Uri Slot(string name, long length)
    {
        var path = SlotPath.FromDecodedSegments([Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), name])!;
        var query = new SlotMinter(new SlotSecrets("a secret for tests")).Mint(SlotVariant.Expiring, path, length, "application/octet-stream",
            TimeProvider.System.GetUtcNow().AddHours(1));
        return new Uri(SlotUrl.Build(new Uri(_server.Addresses[0]), path, query));
    }

    private (string File, byte[] Bytes) Random(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var file = _folder[Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))];
        File.WriteAllBytes(file, bytes);
        return (file, bytes);
    }
}
