using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>What must be refused, with the exact bytes on the wire, and with no session left behind.</summary>
public sealed class BadInputTests
{
    private const string V1 = "?v=0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("PUT /s/f HTTP/1.1\nContent-Length: 3", 403)] // no token
    [InlineData("PUT /s/f?v= HTTP/1.1\nContent-Length: 3", 403)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3", 403)]
    [InlineData("PUT /s/f?v2=zz HTTP/1.1\nContent-Length: 3", 403)]
    [InlineData("PUT /s/f?exp=99999999999&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\nContent-Length: 3", 403)]
    [InlineData("PUT /s/../f" + V1 + " HTTP/1.1\nContent-Length: 3", 400)] // traversal
    [InlineData("PUT /s/%2e%2e/f" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT /../../etc/passwd" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT /s/a%2Fb" + V1 + " HTTP/1.1\nContent-Length: 3", 400)] // an escaped slash
    [InlineData("PUT /s/%zz" + V1 + " HTTP/1.1\nContent-Length: 3", 400)] // malformed escapes
    [InlineData("PUT /s/%4" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT /s/a%00b" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT /s/a%0d%0ab" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT /s/%c0%af" + V1 + " HTTP/1.1\nContent-Length: 3", 400)] // overlong UTF-8
    [InlineData("PUT /s/%ff" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT //s/f" + V1 + " HTTP/1.1\nContent-Length: 3", 400)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1", 411)] // no length
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nTransfer-Encoding: chunked", 411)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 0-2/3", 403)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: lines 0-2/3", 400)] // unknown unit
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 0-2/*", 400)] // unknown total
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes */3", 400)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 2-0/3", 400)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes -1-1/3", 400)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 0-3/10", 400)] // not the body's length
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 8-10/10", 416)] // beyond the end
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 0-2/99999999999999999999", 400)]
    [InlineData("PUT /s/f" + V1 + " HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 0-2/3\nContent-Range: bytes 0-2/3", 400)]
    [InlineData("HEAD /s/f" + V1 + " HTTP/1.1", 404)]
    [InlineData("GET /s/f" + V1 + " HTTP/1.1\nAccept: application/json", 404)]
    [InlineData("GET /uploads/00000000000000000000000000000000 HTTP/1.1", 404)]
    [InlineData("GET /uploads/..%2f..%2fetc HTTP/1.1", 400)]
    [InlineData("POST /s/f" + V1 + " HTTP/1.1\nContent-Length: 0", 405)]
    [InlineData("DELETE /s/f HTTP/1.1", 403)]
    [InlineData("DELETE /s/f" + V1 + " HTTP/1.1", 403)] // of a kind that deletes nothing
    public async Task Is_refused_and_leaves_no_session(string head, int status)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(status, (await server.SendAsync(head, head.Contains("Content-Length: 3", StringComparison.Ordinal) ? "abc"u8.ToArray() : null)).Status);
        Assert.Empty(await Sessions(server));
    }

    [Fact]
    public async Task A_length_that_was_not_signed_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(403, (await server.SendAsync($"PUT {server.Slot("s/f", 3)} HTTP/1.1\nContent-Length: 4", "abcd"u8.ToArray())).Status);
        Assert.Equal(403, (await server.SendAsync($"PUT {server.Slot("s/f", 3)} HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 0-2/4", "abc"u8.ToArray())).Status);
        Assert.Empty(await Sessions(server));
    }

    [Fact]
    public async Task A_content_type_that_was_not_signed_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 3, SlotVariant.V2, "image/png");
        Assert.Equal(403, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3\nContent-Type: text/html", "abc"u8.ToArray())).Status);
        Assert.Equal(403, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray())).Status);
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3\nContent-Type: image/png", "abc"u8.ToArray())).Status);
    }

    [Fact]
    public async Task A_file_larger_than_the_limit_is_refused_before_its_body_is_read()
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 1000);
        using var connection = await server.ConnectAsync();
        await connection.SendAsync($"PUT {server.Slot("s/f", 1L << 40)} HTTP/1.1\nContent-Length: {1L << 40}");
        var answer = await connection.ReadResponseAsync();
        Assert.Equal(413, answer.Status);
        Assert.Equal("close", answer["Connection"]);
        Assert.Empty(await Sessions(server));
    }

    [Fact]
    public async Task An_expired_url_begins_nothing_but_lets_an_upload_go_on_that_began_in_time()
    {
        var clock = new HmacFileServer.Testing.ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock: clock);
        var slot = TestServer.SlotOf("s/f");
        string Target(string name) => $"/s/{name}?{server.Minter.Mint(SlotVariant.Expiring, TestServer.SlotOf("s/" + name), 4, null, clock.GetUtcNow() + TimeSpan.FromMinutes(1))}";
        var (begun, fresh) = (Target("f"), Target("g"));
        Assert.Equal(204, (await server.SendAsync($"PUT {begun} HTTP/1.1\nContent-Length: 2\nContent-Range: bytes 0-1/4", "ab"u8.ToArray())).Status);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(403, (await server.SendAsync($"PUT {fresh} HTTP/1.1\nContent-Length: 4", "abcd"u8.ToArray())).Status);
        Assert.Equal(201, (await server.SendAsync($"PUT {begun} HTTP/1.1\nContent-Length: 2\nContent-Range: bytes 2-3/4", "cd"u8.ToArray())).Status);
    }

    [Fact]
    public async Task A_full_disk_says_507_and_the_session_goes_on_when_there_is_room_again()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(100_000);
        var target = server.Slot("s/f", bytes.Length);
        Assert.Equal(204, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 40000\nContent-Range: bytes 0-39999/100000", bytes[..40000])).Status);
        server.Memory.Before = operation =>
        {
            if (operation == StoreOperation.Write)
                throw new UploadException(UploadErrorCode.StorageFull);
        };
        Assert.Equal(507, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 60000\nContent-Range: bytes 40000-99999/100000", bytes[40000..])).Status);
        server.Memory.Before = null;
        Assert.Equal("40000", (await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]);
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 60000\nContent-Range: bytes 40000-99999/100000", bytes[40000..])).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task A_disk_that_cannot_hold_the_file_says_507_at_once()
    {
        await using var server = await TestServer.StartAsync();
        server.Memory.Capacity = 1000;
        using var connection = await server.ConnectAsync();
        await connection.SendAsync($"PUT {server.Slot("s/f", 2000)} HTTP/1.1\nContent-Length: 2000");
        Assert.Equal(507, (await connection.ReadResponseAsync()).Status);
        Assert.Empty(await Sessions(server));
    }

    private static async Task<List<HmacFileServer.Core.Storage.StoredUpload>> Sessions(TestServer server)
    {
        var all = new List<HmacFileServer.Core.Storage.StoredUpload>();
        await foreach (var upload in server.Store.ListUploadsAsync(default))
            all.Add(upload);
        return all;
    }
}
