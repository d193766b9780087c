using System.Security.Cryptography;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.ResumableUploads;

/// <summary>draft-ietf-httpbis-resumable-upload, creation and its 104, interop 6 and 8, from raw bytes.</summary>
public sealed class ResumableCreationTests
{
    private const string Location = "^/uploads/[0-9a-f]{32}$";

    [Trait("Requirement", "R1.1")]
    [Theory]
    [InlineData("POST", 6, "max-size=1016, expires=3600")]
    [InlineData("PUT", 6, "max-size=1016, expires=3600")]
    [InlineData("POST", 8, "max-size=1016, max-age=3600")]
    [InlineData("PUT", 8, "max-size=1016, max-age=3600")]
    public async Task Creation_answers_104_before_the_content_and_the_targets_own_answer_after(string method, int version, string limit)
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 1000);
        using var connection = await server.ConnectAsync();
        await connection.SendAsync($"{method} {server.Slot("s/f", 6)} HTTP/1.1\nUpload-Draft-Interop-Version: {version}\nUpload-Complete: ?1\nContent-Length: 6");
        var interim = await connection.ReadResponseAsync();
        Assert.Equal((104, $"{version}", limit), (interim.Status, interim["Upload-Draft-Interop-Version"], interim["Upload-Limit"]));
        Assert.Matches(Location, interim["Location"]);
        await connection.SendAsync("abcdef"u8.ToArray());
        var final = await connection.ReadResponseAsync();
        Assert.Equal((201, "/s/f", "?1", "6"), (final.Status, final["Location"], final["Upload-Complete"], final["Upload-Offset"]));
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData("abcdef"u8))}:", final["Repr-Digest"]);
        await connection.SendAsync("GET /s/f HTTP/1.1");
        var file = await connection.ReadResponseAsync();
        Assert.Equal(("abcdef", final["Repr-Digest"]), (file.Text, file["Repr-Digest"]));
    }

    [Trait("Requirement", "R1.2")]
    [Theory]
    [InlineData("HTTP/1.1", "")]
    [InlineData("HTTP/1.1", "\nUpload-Draft-Interop-Version: 3")]
    [InlineData("HTTP/1.1", "\nUpload-Draft-Interop-Version: 80")]
    [InlineData("HTTP/1.0", "\nUpload-Draft-Interop-Version: 8")]
    public async Task No_104_to_a_client_that_may_not_understand_it(string protocol, string version)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 6)} {protocol}\nUpload-Complete: ?1\nContent-Length: 6{version}", "abcdef"u8.ToArray());
        Assert.Equal(201, answer.Status);
    }

    [Trait("Requirement", "R1.3")]
    [Fact]
    public async Task Creation_that_is_not_complete_is_201_with_the_upload()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 6)} HTTP/1.1\nUpload-Complete: ?0\nUpload-Length: 6\nContent-Length: 2", "ab"u8.ToArray());
        Assert.Equal((201, "2", "?0", "6"), (answer.Status, answer["Upload-Offset"], answer["Upload-Complete"], answer["Upload-Length"]));
        Assert.Matches(Location, answer["Location"]);
        Assert.NotNull(answer["Upload-Limit"]);
        Assert.Null(await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task The_content_may_come_in_chunks()
    {
        await using var server = await TestServer.StartAsync();
        var head = $"POST {server.Slot("s/f", 6)} HTTP/1.1\nUpload-Complete: ?1\nUpload-Length: 6\nTransfer-Encoding: chunked";
        var shorter = await server.SendAsync(head, "3\r\nabc\r\n0\r\n\r\n"u8.ToArray());
        Assert.Equal((400, "3", "?0"), (shorter.Status, shorter["Upload-Offset"], shorter["Upload-Complete"]));
        Assert.Contains("#inconsistent-upload-length", shorter.Text, StringComparison.Ordinal);
        Assert.Equal(201, (await server.SendAsync(head, "6\r\nabcdef\r\n0\r\n\r\n"u8.ToArray())).Status);
        Assert.Equal("abcdef"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "R1.4")]
    [Theory]
    [InlineData("Upload-Complete: 1\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?2\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?0\nContent-Length: 6", 411)] // the signature is over the length
    [InlineData("Upload-Complete: ?0\nUpload-Length: -6\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?0\nUpload-Length: 6.0\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?0\nUpload-Length: 1234567890123456\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?1\nUpload-Length: 7\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?0\nUpload-Length: 5\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?0\nUpload-Length: 7\nContent-Length: 6", 403)]
    [InlineData("Upload-Complete: ?1\nContent-Digest: sha-256=abc\nContent-Length: 6", 400)]
    [InlineData("Upload-Complete: ?1\nRepr-Digest: sha-256=:YQ==:\nContent-Length: 6", 400)]
    public async Task Creation_is_refused(string headers, int status)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 6)} HTTP/1.1\n{headers}", "abcdef"u8.ToArray());
        Assert.Equal((status, null), (answer.Status, answer["Location"]));
    }

    [Fact]
    public async Task Creation_beyond_the_limit_is_413_and_tells_the_limit()
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 100);
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 117)} HTTP/1.1\nUpload-Complete: ?0\nUpload-Length: 117\nContent-Length: 0");
        Assert.Equal((413, "max-size=116, max-age=3600"), (answer.Status, answer["Upload-Limit"]));
    }

    [Fact]
    public async Task The_content_type_is_the_files_and_signed()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 3, SlotVariant.V2, "image/png");
        Assert.Equal(403, (await server.SendAsync($"POST {target} HTTP/1.1\nUpload-Complete: ?1\nContent-Type: image/gif\nContent-Length: 3", "abc"u8.ToArray())).Status);
        Assert.Equal(201, (await server.SendAsync($"POST {target} HTTP/1.1\nUpload-Complete: ?1\nContent-Type: image/png\nContent-Length: 3", "abc"u8.ToArray())).Status);
        Assert.Equal("image/png", (await server.SendAsync("GET /s/f HTTP/1.1"))["Content-Type"]);
    }

    [Fact]
    public async Task An_empty_file_and_a_complete_slot()
    {
        await using var server = await TestServer.StartAsync();
        var head = $"POST {server.Slot("s/f", 0)} HTTP/1.1\nUpload-Complete: ?1\nContent-Length: 0";
        Assert.Equal(201, (await server.SendAsync(head)).Status);
        Assert.Equal(409, (await server.SendAsync(head)).Status);
    }

    [Fact]
    public async Task A_content_digest_that_is_wrong_counts_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var head = $"POST {server.Slot("s/f", 6)} HTTP/1.1\nUpload-Complete: ?1\nContent-Length: 6\nContent-Digest: ";
        var right = Convert.ToBase64String(SHA512.HashData("abcdef"u8));
        var refused = await server.SendAsync($"{head}sha-512=:{right}:", "abcdeX"u8.ToArray());
        Assert.Equal((400, "0", "?0"), (refused.Status, refused["Upload-Offset"], refused["Upload-Complete"]));
        Assert.Equal(201, (await server.SendAsync($"{head}unixsum=:AA==:, sha-512=:{right}:", "abcdef"u8.ToArray())).Status);
        Assert.Equal("abcdef"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "R7.2")]
    [Fact]
    public async Task A_repr_digest_that_is_wrong_discards_the_upload()
    {
        await using var server = await TestServer.StartAsync();
        var head = $"POST {server.Slot("s/f", 6)} HTTP/1.1\nUpload-Complete: ?0\nUpload-Length: 6\nContent-Length: 3\nRepr-Digest: sha-256=:";
        var created = await server.SendAsync($"{head}{Convert.ToBase64String(SHA256.HashData("abcdef"u8))}:", "abc"u8.ToArray());
        Assert.Equal(201, created.Status);
        var patch = $"PATCH {created["Location"]} HTTP/1.1\nContent-Type: application/partial-upload\nUpload-Offset: 3\nUpload-Complete: ?1\nContent-Length: 3";
        Assert.Equal(400, (await server.SendAsync(patch, "deX"u8.ToArray())).Status);
        Assert.Equal(404, (await server.SendAsync(patch, "def"u8.ToArray())).Status);
        Assert.Null(await server.ReadFileAsync("s/f"));
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("s/f", 6)} HTTP/1.1\nContent-Length: 6", "abcdef"u8.ToArray())).Status);
    }

    [Fact]
    public async Task On_files_the_length_may_come_last_and_the_name_with_it()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(401, (await server.SendAsync("POST /files/ HTTP/1.1\nUpload-Complete: ?0\nContent-Length: 0")).Status);
        var created = await server.SendAsync(
            $"POST /files/ HTTP/1.1\nAuthorization: Bearer {TestServer.Token}\nUpload-Complete: ?0\nContent-Disposition: attachment; filename=\"a.txt\"\nTransfer-Encoding: chunked",
            "3\r\nabc\r\n0\r\n\r\n"u8.ToArray());
        Assert.Equal((201, "3", null), (created.Status, created["Upload-Offset"], created["Upload-Length"]));
        var last = await server.SendAsync(
            $"PATCH {created["Location"]} HTTP/1.1\nContent-Type: application/partial-upload\nUpload-Offset: 3\nUpload-Complete: ?1\nTransfer-Encoding: chunked",
            "3\r\ndef\r\n0\r\n\r\n"u8.ToArray());
        Assert.Equal((201, "?1", "6"), (last.Status, last["Upload-Complete"], last["Upload-Offset"]));
        Assert.EndsWith("/a.txt", last["Location"]);
        Assert.Equal("abcdef", (await server.SendAsync($"GET {last["Location"]} HTTP/1.1")).Text);
    }

    [Trait("Requirement", "R3.4")]
    [Fact]
    public async Task Progress_is_told_by_104_once_a_second()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock: clock);
        var bytes = TestServer.Bytes(900_000);
        using var connection = await server.ConnectAsync();
        await connection.SendAsync($"POST {server.Slot("s/f", bytes.Length)} HTTP/1.1\nUpload-Draft-Interop-Version: 8\nUpload-Complete: ?1\nContent-Length: {bytes.Length}");
        Assert.NotNull((await connection.ReadResponseAsync())["Location"]);
        clock.Advance(TimeSpan.FromSeconds(2));
        await connection.SendAsync(bytes[..600_000]);
        var told = await connection.ReadResponseAsync();
        Assert.Equal((104, "8"), (told.Status, told["Upload-Draft-Interop-Version"]));
        Assert.InRange(int.Parse(told["Upload-Offset"]!), 1, 600_000);
        await connection.SendAsync(bytes[600_000..]);
        Assert.Equal(201, (await connection.ReadResponseAsync()).Status);
    }
}
