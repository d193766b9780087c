using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>DELETE of a slot, as Metronome signs it, and ours.</summary>
public sealed class SlotDeleteTests
{
    private static string Deletion(TestServer server, SlotVariant variant) =>
        $"DELETE /s/f?{server.Minter.MintDelete(variant, TestServer.SlotOf("s/f"), variant == SlotVariant.Expiring ? DateTimeOffset.UnixEpoch.AddYears(100) : null)} HTTP/1.1";

    [Theory]
    [InlineData(SlotVariant.Token)]
    [InlineData(SlotVariant.Expiring)]
    public async Task A_signature_for_it_deletes_a_file_once(SlotVariant variant)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("s/f", 3)} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray())).Status);
        Assert.Equal(204, (await server.SendAsync(Deletion(server, variant))).Status);
        Assert.Equal(404, (await server.SendAsync("GET /s/f HTTP/1.1")).Status);
        Assert.Equal(404, (await server.SendAsync(Deletion(server, variant))).Status);
    }

    [Fact]
    public async Task It_ends_an_upload_that_is_not_finished()
    {
        await using var server = await TestServer.StartAsync();
        var slot = server.Slot("s/f", 3);
        Assert.Equal(204, (await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 1\nContent-Range: bytes 0-0/3", "a"u8.ToArray())).Status);
        Assert.Equal(204, (await server.SendAsync(Deletion(server, SlotVariant.Token))).Status);
        Assert.Equal(404, (await server.SendAsync($"HEAD {slot} HTTP/1.1")).Status);
    }

    [Theory]
    [InlineData(SlotVariant.V1)]
    [InlineData(SlotVariant.V2)]
    [InlineData(SlotVariant.Token)]
    [InlineData(SlotVariant.Expiring)]
    public async Task The_signature_that_uploaded_a_file_does_not_delete_it(SlotVariant variant)
    {
        await using var server = await TestServer.StartAsync();
        var slot = server.Slot("s/f", 3, variant);
        Assert.Equal(201, (await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray())).Status);
        Assert.Equal(403, (await server.SendAsync($"DELETE {slot} HTTP/1.1")).Status);
        Assert.Equal("abc"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Where_tokens_alone_count_nothing_is_deleted()
    {
        await using var server = await TestServer.StartAsync(jwt: JwtUse.Only);
        Assert.Equal(403, (await server.SendAsync(Deletion(server, SlotVariant.Token))).Status);
    }
}
