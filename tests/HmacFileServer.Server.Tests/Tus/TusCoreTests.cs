using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Tus;

/// <summary>tus 1.0.0, the core protocol: every row of the table, from raw bytes.</summary>
public sealed class TusCoreTests
{
    [Trait("Requirement", "T1")]
    [Theory]
    [InlineData("/")]
    [InlineData("/files/")]
    [InlineData("/s/f")]
    public async Task Options_tells_versions_extensions_size_and_checksums(string path)
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 1000);
        var answer = await server.SendAsync($"OPTIONS {path} HTTP/1.1");
        Assert.Equal(204, answer.Status);
        Assert.Equal("1.0.0", answer["Tus-Version"]);
        Assert.Equal("1016", answer["Tus-Max-Size"]);
        Assert.Equal("sha1,sha256,md5,crc32c", answer["Tus-Checksum-Algorithm"]);
        Assert.Equal(
            "creation,creation-with-upload,creation-defer-length,expiration,checksum,checksum-trailer,termination,concatenation,concatenation-unfinished",
            answer["Tus-Extension"]);
    }

    [Trait("Requirement", "T0")]
    [Theory]
    [InlineData("POST", "/s/f?v=0", "0.2.2")]
    [InlineData("HEAD", "/uploads/00000000000000000000000000000000", "2.0.0")]
    [InlineData("DELETE", "/uploads/00000000000000000000000000000000", "")]
    public async Task Another_version_is_412_with_the_one_that_is_spoken(string method, string path, string version)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"{method} {path} HTTP/1.1\nTus-Resumable: {version}\nContent-Length: 0");
        Assert.Equal((412, "1.0.0", "1.0.0"), (answer.Status, answer["Tus-Version"], answer["Tus-Resumable"]));
    }

    [Trait("Requirement", "T0")]
    [Fact]
    public async Task A_patch_that_says_no_version_is_412()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 3);
        var answer = await server.SendAsync($"PATCH {upload} HTTP/1.1\n{TusWire.PatchType}\nUpload-Offset: 0\nContent-Length: 3", "abc"u8.ToArray());
        Assert.Equal((412, "1.0.0"), (answer.Status, answer["Tus-Version"]));
    }

    [Trait("Requirement", "T3.1")]
    [Trait("Requirement", "T4.1")]
    [Fact]
    public async Task Head_and_patch_carry_a_file_to_its_slot()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(700_000);
        var upload = await TusWire.CreateAsync(server, "s/f", bytes.Length);
        var first = await TusWire.PatchAsync(server, upload, 0, bytes[..300_000]);
        Assert.Equal((204, "300000", "1.0.0"), (first.Status, first["Upload-Offset"], first["Tus-Resumable"]));
        var head = await TusWire.HeadAsync(server, upload);
        Assert.Equal((200, "300000", "700000", "no-store", "1.0.0"),
            (head.Status, head["Upload-Offset"], head["Upload-Length"], head["Cache-Control"], head["Tus-Resumable"]));
        var last = await TusWire.PatchAsync(server, upload, 300_000, bytes[300_000..]);
        Assert.Equal((204, "700000", "/s/f"), (last.Status, last["Upload-Offset"], last["Content-Location"]));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
        var after = await TusWire.HeadAsync(server, upload);
        Assert.Equal((200, "700000", "700000"), (after.Status, after["Upload-Offset"], after["Upload-Length"]));
    }

    [Trait("Requirement", "T4.2")]
    [Fact]
    public async Task Patch_of_another_content_type_is_415()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 3);
        var answer = await server.SendAsync($"PATCH {upload} HTTP/1.1\n{TusWire.Headers}\nContent-Type: text/plain\nUpload-Offset: 0\nContent-Length: 3", "abc"u8.ToArray());
        Assert.Equal((415, "application/offset+octet-stream"), (answer.Status, answer["Accept-Patch"]));
    }

    [Trait("Requirement", "T4.3")]
    [Fact]
    public async Task Patch_at_another_offset_is_409_with_the_true_one()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 9);
        await TusWire.PatchAsync(server, upload, 0, "abc"u8.ToArray());
        foreach (var wrong in (long[])[0, 2, 4, 9])
        {
            var answer = await TusWire.PatchAsync(server, upload, wrong, wrong == 9 ? [] : "x"u8.ToArray());
            Assert.Equal((409, "3"), (answer.Status, answer["Upload-Offset"]));
        }
        Assert.Equal(204, (await TusWire.PatchAsync(server, upload, 3, "defghi"u8.ToArray())).Status);
        Assert.Equal("abcdefghi"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task Patch_with_a_malformed_offset_is_400(string offset)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 3);
        var answer = await server.SendAsync($"PATCH {upload} HTTP/1.1\n{TusWire.Headers}\n{TusWire.PatchType}\nUpload-Offset: {offset}\nContent-Length: 3", "abc"u8.ToArray());
        Assert.Equal(400, answer.Status);
        Assert.Equal("0", (await TusWire.HeadAsync(server, upload))["Upload-Offset"]);
    }

    [Fact]
    public async Task Patch_beyond_the_length_is_400_and_stores_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 3);
        Assert.Equal(400, (await TusWire.PatchAsync(server, upload, 0, "abcd"u8.ToArray())).Status);
        Assert.Equal("0", (await TusWire.HeadAsync(server, upload))["Upload-Offset"]);
    }

    [Trait("Requirement", "T3.5")]
    [Trait("Requirement", "T4.4")]
    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task An_unknown_upload_is_404(string method)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"{method} /uploads/00000000000000000000000000000000 HTTP/1.1\n{TusWire.Headers}\n{TusWire.PatchType}\nUpload-Offset: 0\nContent-Length: 0");
        Assert.Equal((404, null), (answer.Status, answer["Upload-Offset"]));
    }

    [Trait("Requirement", "T6")]
    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("head", 200)]
    [InlineData("PATCH", 204)]
    [InlineData("DELETE", 204)]
    public async Task A_post_with_a_method_override_is_that_method(string method, int status)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 3);
        var answer = await server.SendAsync(
            $"POST {upload} HTTP/1.1\n{TusWire.Headers}\nX-HTTP-Method-Override: {method}\n{TusWire.PatchType}\nUpload-Offset: 0\nContent-Length: 0");
        Assert.Equal(status, answer.Status);
    }

    [Trait("Requirement", "T7")]
    [Fact]
    public async Task A_body_cut_short_is_kept_and_head_takes_over_from_a_stale_patch()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(500_000);
        var upload = await TusWire.CreateAsync(server, "s/f", bytes.Length);
        using var stale = await server.ConnectAsync();
        await stale.SendAsync($"PATCH {upload} HTTP/1.1\n{TusWire.Headers}\n{TusWire.PatchType}\nUpload-Offset: 0\nContent-Length: 500000", bytes[..200_000]);
        await UploadView.UntilReceivedAsync(server, upload, 1);
        var offset = long.Parse((await TusWire.HeadAsync(server, upload))["Upload-Offset"]!);
        var refused = await stale.ReadResponseAsync();
        Assert.Equal((409, "close"), (refused.Status, refused["Connection"]));
        Assert.Equal(204, (await TusWire.PatchAsync(server, upload, offset, bytes[(int)offset..])).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }
}
