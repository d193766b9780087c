using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>A plain PUT to a slot, as XMPP clients send it, byte for byte.</summary>
public sealed class SlotPutTests
{
    [Theory]
    [InlineData(SlotVariant.V1)]
    [InlineData(SlotVariant.V2)]
    [InlineData(SlotVariant.Token)]
    [InlineData(SlotVariant.Expiring)]
    public async Task A_signed_put_is_stored_and_found_again(SlotVariant variant)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(3_000_000);
        const string name = "s1/très cool +1 (é).bin";
        var target = server.Slot(name, bytes.Length, variant, "text/plain; charset=utf-8");

        var put = await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: {bytes.Length}\nContent-Type: text/plain; charset=utf-8", bytes);

        Assert.Equal(201, put.Status);
        Assert.Equal("/s1/tr%C3%A8s%20cool%20%2B1%20%28%C3%A9%29.bin", put["Location"]);
        Assert.Equal($"http://test{put["Location"]}\n", put.Text);
        var get = await server.SendAsync($"GET {put["Location"]} HTTP/1.1");
        Assert.Equal(200, get.Status);
        Assert.Equal(bytes, get.Body);
        Assert.Equal($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}\"", get["ETag"]);
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        await using var server = await TestServer.StartAsync();
        var put = await server.SendAsync($"PUT {server.Slot("s/empty", 0)} HTTP/1.1\nContent-Length: 0");
        Assert.Equal(201, put.Status);
        var get = await server.SendAsync("GET /s/empty HTTP/1.1");
        Assert.Equal(200, get.Status);
        Assert.Equal("0", get["Content-Length"]);
    }

    [Fact]
    public async Task A_second_put_to_a_complete_slot_is_a_conflict()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 3);
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray())).Status);
        Assert.Equal(409, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "xyz"u8.ToArray())).Status);
        Assert.Equal("abc"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Replay_is_a_conflict_after_a_restart_too()
    {
        var store = new HmacFileServer.Testing.Storage.InMemoryUploadStore(TimeProvider.System);
        string target;
        await using (var server = await TestServer.StartAsync(store))
        {
            target = server.Slot("s/f", 3);
            Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray())).Status);
        }
        await using var again = await TestServer.StartAsync(store);
        Assert.Equal(409, (await again.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "xyz"u8.ToArray())).Status);
    }

    [Fact]
    public async Task The_slot_lies_below_the_base_path_and_the_signature_does_not_cover_it()
    {
        await using var server = await TestServer.StartAsync(basePath: "/upload/");
        var target = "/upload" + server.Slot("s/f", 3);
        var put = await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray());
        Assert.Equal(201, put.Status);
        Assert.Equal("/upload/s/f", put["Location"]);
    }

    [Fact]
    public async Task Continue_is_said_only_after_the_signature_was_found_right()
    {
        await using var server = await TestServer.StartAsync();
        using var right = await server.ConnectAsync();
        await right.SendAsync($"PUT {server.Slot("s/f", 3)} HTTP/1.1\nContent-Length: 3\nExpect: 100-continue");
        Assert.Equal(100, (await right.ReadResponseAsync()).Status);
        await right.SendAsync("abc"u8.ToArray());
        Assert.Equal(201, (await right.ReadResponseAsync()).Status);

        using var wrong = await server.ConnectAsync();
        await wrong.SendAsync($"PUT {server.Slot("s/g", 3)[..^1]}_ HTTP/1.1\nContent-Length: 3\nExpect: 100-continue");
        Assert.Equal(403, (await wrong.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Encrypted_files_may_be_sixteen_bytes_longer_than_the_limit()
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 100);
        var bytes = TestServer.Bytes(117);
        Assert.Equal(413, (await server.SendAsync($"PUT {server.Slot("s/f", 117)} HTTP/1.1\nContent-Length: 117", bytes)).Status);
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("s/f", 116)} HTTP/1.1\nContent-Length: 116", bytes[..116])).Status);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_before_its_body_is_sent_still_gets_the_refusal()
    {
        await using var server = await TestServer.StartAsync();
        using var connection = await server.ConnectAsync();
        await connection.SendAsync("PUT /s/f?v=00 HTTP/1.1\nContent-Length: 20000000", TestServer.Bytes(20_000_000));
        Assert.Equal(403, (await connection.ReadResponseAsync()).Status);
        Assert.False(await connection.WaitForEndAsync(), "ended by a reset, which may overtake the answer");
    }
}
