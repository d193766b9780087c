using System.Buffers.Binary;
using System.Security.Cryptography;
using HmacFileServer.Core.Checksums;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Storage;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Segments;

/// <summary>RFC 9530 on segments and plain PUTs: `Content-Digest`, `Repr-Digest`, and what a response says of them.</summary>
public sealed class DigestTests
{
    private readonly byte[] _bytes = TestServer.Bytes(1000);

    private static string Sha256(ReadOnlySpan<byte> bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";

    private static string Sha512(ReadOnlySpan<byte> bytes) => $"sha-512=:{Convert.ToBase64String(SHA512.HashData(bytes))}:";

    private static string Sum(ReadOnlySpan<byte> bytes)
    {
        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32C.Append(0, bytes));
        return $"crc32c=:{Convert.ToBase64String(sum)}:";
    }

    private string Digests(string pattern, Range wrong, Range right) => pattern
        .Replace("RIGHT256", Sha256(_bytes[right]), StringComparison.Ordinal).Replace("RIGHT512", Sha512(_bytes[right]), StringComparison.Ordinal)
        .Replace("WRONG256", Sha256(_bytes[wrong]), StringComparison.Ordinal).Replace("WRONG512", Sha512(_bytes[wrong]), StringComparison.Ordinal);

    private Task<RawResponse> SegmentAsync(TestServer server, int from, int to, string digest = "") => server.SendAsync(
        $"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: {to - from}\nContent-Range: bytes {from}-{to - 1}/1000{(digest.Length > 0 ? "\n" : "")}{digest}", _bytes[from..to]);

    private Task<RawResponse> WholeAsync(TestServer server, string digest) =>
        server.SendAsync($"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: 1000\n{digest}", _bytes);

    private static async Task<LocalUploadStore> OpenAsync(string folder) =>
        await LocalUploadStore.OpenAsync(new LocalStoreOptions { DataPath = Path.Combine(folder, "data"), MinFreeBytes = 0 }, TimeProvider.System);

    private static async Task<string?> ReceivedAsync(TestServer server) => (await server.SendAsync($"HEAD {server.Slot("s/f", 1000)} HTTP/1.1"))["Upload-Received"];

    [Theory]
    [InlineData("Content-Digest: RIGHT256", 204)]
    [InlineData("Content-Digest: RIGHT512", 204)]
    [InlineData("Content-Digest: RIGHT512, RIGHT256", 204)]
    [InlineData("Content-Digest: md5=:AAAA:", 204)] // insecure, so not looked at
    [InlineData("Content-Digest: unixsum=30637", 204)]
    [InlineData("Content-Digest: WRONG256", 400)]
    [InlineData("Content-Digest: WRONG512", 400)]
    [InlineData("Content-Digest: RIGHT256, WRONG512", 400)]
    [InlineData("Content-Digest: WRONG256, RIGHT512", 400)]
    [InlineData("Content-Digest: sha-256=abc", 400)]
    [InlineData("Content-Digest: sha-512=:AAAA:", 400)]
    [InlineData("Repr-Digest: sha-256=::", 400)]
    public async Task A_segment_counts_if_its_content_is_what_it_says(string pattern, int status)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(204, (await SegmentAsync(server, 0, 300)).Status);
        Assert.Equal(status, (await SegmentAsync(server, 600, 800, Digests(pattern, 601..801, 600..800))).Status);
        Assert.Equal(status == 204 ? "0-299, 600-799" : "0-299", await ReceivedAsync(server)); // and nothing that was acknowledged is lost
        Assert.Equal(201, (await SegmentAsync(server, 300, 1000)).Status);
        Assert.Equal(_bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task A_segment_that_is_cut_before_its_digest_could_be_compared_does_not_count()
    {
        await using var server = await TestServer.StartAsync();
        using (var connection = await server.ConnectAsync())
        {
            await connection.SendAsync($"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: 500\nContent-Range: bytes 0-499/1000\nContent-Digest: {Sha256(_bytes.AsSpan(0, 500))}", _bytes[..499]);
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await connection.WaitForEndAsync();
        }
        Assert.Equal("", await ReceivedAsync(server));
        Assert.Equal(204, (await SegmentAsync(server, 0, 500, $"Content-Digest: {Sha256(_bytes.AsSpan(0, 500))}")).Status);
    }

    [Theory]
    [InlineData("Content-Digest: RIGHT256", 201)]
    [InlineData("Content-Digest: RIGHT512", 201)]
    [InlineData("Repr-Digest: RIGHT256", 201)]
    [InlineData("Repr-Digest: RIGHT512", 201)] // alone: the bytes are read once more for it
    [InlineData("Repr-Digest: RIGHT512\nContent-Digest: RIGHT256", 201)]
    [InlineData("Content-Digest: WRONG256", 400)]
    [InlineData("Content-Digest: WRONG512", 400)]
    [InlineData("Repr-Digest: WRONG256", 400)]
    [InlineData("Repr-Digest: WRONG512", 400)]
    [InlineData("Repr-Digest: RIGHT256\nContent-Digest: WRONG512", 400)]
    [InlineData("Repr-Digest: sha-512=:####:", 400)]
    public async Task A_whole_file_is_published_if_it_is_what_it_says(string pattern, int status)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(status, (await WholeAsync(server, Digests(pattern, 1..1000, 0..1000))).Status);
        Assert.Equal(status == 201 ? _bytes : null, await server.ReadFileAsync("s/f"));
        if (status != 201)
            Assert.Equal(201, (await WholeAsync(server, $"Content-Digest: {Sha256(_bytes)}")).Status);
    }

    [Theory]
    [InlineData("Repr-Digest: RIGHT512", 201)]
    [InlineData("Repr-Digest: RIGHT256", 201)]
    [InlineData("Repr-Digest: WRONG512", 400)]
    [InlineData("Repr-Digest: WRONG256", 400)]
    public async Task What_a_segment_says_of_the_whole_is_compared_at_the_end_even_in_the_next_process(string pattern, int status)
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(await OpenAsync(folder.Path)))
            Assert.Equal(204, (await SegmentAsync(server, 0, 500, Digests(pattern, 1..1000, 0..1000))).Status);
        await using (var server = await TestServer.StartAsync(await OpenAsync(folder.Path)))
            Assert.Equal(status, (await SegmentAsync(server, 500, 1000)).Status);
    }

    [Fact]
    public async Task A_plain_put_that_was_cut_is_compared_whole_when_it_is_resumed()
    {
        await using var server = await TestServer.StartAsync();
        using (var connection = await server.ConnectAsync())
        {
            await connection.SendAsync($"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: 1000\nContent-Digest: {Sha512(_bytes)}", _bytes[..700]);
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await connection.WaitForEndAsync();
        }
        Assert.Equal("0-699", await ReceivedAsync(server)); // what came is kept
        var other = TestServer.Bytes(1000, seed: 2);
        Assert.Equal(400, (await server.SendAsync($"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: 300\nContent-Range: bytes 700-999/1000", other[700..])).Status);
        Assert.Equal(201, (await WholeAsync(server, $"Content-Digest: {Sha512(_bytes)}")).Status);
    }

    [Fact]
    public async Task Another_file_in_its_place_is_not_measured_by_what_was_said_of_the_first()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(204, (await SegmentAsync(server, 0, 500, $"Repr-Digest: {Sha256(_bytes)}")).Status);
        var other = TestServer.Bytes(1000, seed: 2);
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: 1000\nContent-Digest: {Sha512(other)}", other)).Status);
        Assert.Equal(other, await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData("Want-Repr-Digest: crc32c=2, sha-256=1", "Want-Repr-Digest: crc32c=2", true, true)]
    [InlineData("Want-Repr-Digest: crc32c=2, sha-256=0", "Want-Repr-Digest: crc32c=2, sha-256=0", false, true)]
    [InlineData("Want-Repr-Digest: crc32c=2", "", true, false)] // who finishes did not ask
    [InlineData("Want-Repr-Digest: crc32c=0", "Want-Repr-Digest: crc32c=0", true, false)]
    [InlineData("", "Want-Repr-Digest: crc32c=2", true, false)] // too late: the first bytes are hashed already
    public async Task The_sum_that_a_client_asks_for_from_the_beginning_is_told_at_the_end(string first, string last, bool isHashed, bool isSummed)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(204, (await SegmentAsync(server, 0, 300, first)).Status);
        Assert.Equal(204, (await SegmentAsync(server, 600, 1000, first)).Status);
        var said = (await SegmentAsync(server, 300, 600, last))["Repr-Digest"] ?? "";
        string[] members = [.. isHashed ? [Sha256(_bytes)] : Array.Empty<string>(), .. isSummed ? [Sum(_bytes)] : Array.Empty<string>()];
        Assert.Equal(string.Join(", ", members), said);
    }

    [Fact]
    public async Task The_sum_is_that_of_the_bytes_that_took_the_place_of_others()
    {
        await using var server = await TestServer.StartAsync();
        const string want = "Want-Repr-Digest: crc32c=1";
        Assert.Equal(204, (await SegmentAsync(server, 0, 500, want)).Status);
        var other = TestServer.Bytes(1000, seed: 2);
        var answer = await server.SendAsync($"PUT {server.Slot("s/f", 1000)} HTTP/1.1\nContent-Length: 1000\n{want}", other);
        Assert.Equal($"{Sha256(other)}, {Sum(other)}", answer["Repr-Digest"]);
    }

    [Trait("Requirement", "R7.3")]
    [Theory]
    [InlineData("", true)]
    [InlineData("\nWant-Repr-Digest: sha-256=1", true)]
    [InlineData("\nWant-Repr-Digest: sha-512=9, sha-256=2", true)]
    [InlineData("\nWant-Repr-Digest: sha-512=9", true)]
    [InlineData("\nWant-Repr-Digest: sha-256=0", false)]
    [InlineData("\nWant-Repr-Digest: sha-512=3, sha-256=0", false)]
    [InlineData("\nWant-Repr-Digest: ;;;=", true)]
    public async Task A_response_says_the_digest_of_the_file_unless_it_is_not_wanted(string want, bool isSaid)
    {
        await using var server = await TestServer.StartAsync();
        var expected = isSaid ? Sha256(_bytes) : null;
        Assert.Equal(expected, (await WholeAsync(server, $"X: y{want}"))["Repr-Digest"]);
        Assert.Equal(expected, (await server.SendAsync($"GET /s/f HTTP/1.1{want}"))["Repr-Digest"]);
        Assert.Equal(expected, (await server.SendAsync($"HEAD /s/f HTTP/1.1{want}"))["Repr-Digest"]);
    }

    [Fact]
    public async Task Options_says_which_digests_are_liked()
    {
        await using var server = await TestServer.StartAsync();
        var options = await server.SendAsync("OPTIONS /s/f HTTP/1.1");
        Assert.Equal("sha-256=10, sha-512=1", options["Want-Repr-Digest"]);
        Assert.Equal("sha-256=10, sha-512=1", options["Want-Content-Digest"]);
    }
}
