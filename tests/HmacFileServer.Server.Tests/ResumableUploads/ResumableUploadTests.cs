using System.Security.Cryptography;
using System.Text.Json;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.ResumableUploads;

/// <summary>The draft's upload resource: HEAD, PATCH, DELETE and OPTIONS, every row of the table, from raw bytes.</summary>
public sealed class ResumableUploadTests
{
    private static async Task<string> CreateAsync(TestServer server, int length, byte[] first)
    {
        var answer = await server.SendAsync(
            $"POST {server.Slot("s/f", length)} HTTP/1.1\nUpload-Complete: ?0\nUpload-Length: {length}\nContent-Length: {first.Length}", first);
        Assert.Equal(201, answer.Status);
        return answer["Location"]!;
    }

    private static Task<RawResponse> PatchAsync(TestServer server, string path, string offset, string complete, byte[] body, string more = "") =>
        server.SendAsync(
            $"PATCH {path} HTTP/1.1\nContent-Type: application/partial-upload\nUpload-Offset: {offset}\nUpload-Complete: {complete}\nContent-Length: {body.Length}{more}", body);

    [Trait("Requirement", "R2.1")]
    [Theory]
    [InlineData("6", "expires=3600")]
    [InlineData("8", "max-age=3600")]
    public async Task Head_tells_offset_length_and_limit(string version, string limit)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        var head = await server.SendAsync($"HEAD {upload} HTTP/1.1\nUpload-Draft-Interop-Version: {version}");
        Assert.Equal((204, "3", "6", "?0", "no-store"),
            (head.Status, head["Upload-Offset"], head["Upload-Length"], head["Upload-Complete"], head["Cache-Control"]));
        Assert.EndsWith(limit, head["Upload-Limit"]);
        Assert.Equal(version, head["Upload-Draft-Interop-Version"]);
        Assert.Equal(201, (await PatchAsync(server, upload, "3", "?1", "def"u8.ToArray())).Status);
        head = await server.SendAsync($"HEAD {upload} HTTP/1.1\nUpload-Draft-Interop-Version: {version}");
        Assert.Equal((204, "6", "6", "?1"), (head.Status, head["Upload-Offset"], head["Upload-Length"], head["Upload-Complete"]));
    }

    [Trait("Requirement", "R2.2")]
    [Theory]
    [InlineData("Upload-Offset: 0")]
    [InlineData("Upload-Complete: ?0")]
    [InlineData("Upload-Length: 6")]
    public async Task Head_that_says_what_it_asks_is_400(string header)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, []);
        Assert.Equal(400, (await server.SendAsync($"HEAD {upload} HTTP/1.1\nUpload-Draft-Interop-Version: 8\n{header}")).Status);
    }

    [Trait("Requirement", "R5")]
    [Fact]
    public async Task Options_tells_the_limit()
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 1000);
        Assert.Equal("max-size=1016, max-age=3600", (await server.SendAsync("OPTIONS * HTTP/1.1"))["Upload-Limit"]);
        Assert.Equal("max-size=1016, expires=3600", (await server.SendAsync("OPTIONS /s/f HTTP/1.1\nUpload-Draft-Interop-Version: 6"))["Upload-Limit"]);
    }

    [Trait("Requirement", "R3.1")]
    [Fact]
    public async Task Appends_carry_the_file_and_the_last_is_answered_by_the_target()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 9, "abc"u8.ToArray());
        var append = await PatchAsync(server, upload, "3", "?0", "def"u8.ToArray());
        Assert.Equal((204, "6", "?0"), (append.Status, append["Upload-Offset"], append["Upload-Complete"]));
        var last = await PatchAsync(server, upload, "6", "?1", "ghi"u8.ToArray());
        Assert.Equal((201, "9", "?1", "/s/f"), (last.Status, last["Upload-Offset"], last["Upload-Complete"], last["Location"]));
        Assert.Equal("abcdefghi"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "R3.3")]
    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("4")]
    [InlineData("600")]
    public async Task A_mismatching_offset_is_409_with_the_right_one(string offset)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        var answer = await PatchAsync(server, upload, offset, "?1", "def"u8.ToArray());
        Assert.Equal((409, "3", "?0", "application/problem+json"), (answer.Status, answer["Upload-Offset"], answer["Upload-Complete"], answer["Content-Type"]));
        var problem = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal("https://iana.org/assignments/http-problem-types#mismatching-upload-offset", problem.GetProperty("type").GetString());
        Assert.Equal((3, long.Parse(offset)), (problem.GetProperty("expected-offset").GetInt64(), problem.GetProperty("provided-offset").GetInt64()));
    }

    [Trait("Requirement", "R6")]
    [Theory]
    [InlineData("?1", "de", "")] // ends before the length
    [InlineData("?1", "defg", "")] // ends beyond it
    [InlineData("?0", "defg", "")]
    [InlineData("?1", "def", "\nUpload-Length: 7")]
    [InlineData("?0", "d", "\nUpload-Length: 7")]
    public async Task An_inconsistent_length_is_400_of_its_type_and_stores_nothing(string complete, string body, string more)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        var answer = await PatchAsync(server, upload, "3", complete, System.Text.Encoding.ASCII.GetBytes(body), more);
        Assert.Equal(400, answer.Status);
        Assert.Contains("#inconsistent-upload-length", answer.Text, StringComparison.Ordinal);
        Assert.Equal("3", (await server.SendAsync($"HEAD {upload} HTTP/1.1"))["Upload-Offset"]);
    }

    [Trait("Requirement", "R3.2")]
    [Theory]
    [InlineData("text/plain", "Upload-Offset: 3\nUpload-Complete: ?1", 415)]
    [InlineData("application/partial-upload", "Upload-Complete: ?1", 400)]
    [InlineData("application/partial-upload", "Upload-Offset: 3", 400)]
    [InlineData("application/partial-upload", "Upload-Offset: x\nUpload-Complete: ?1", 400)]
    [InlineData("application/partial-upload", "Upload-Offset: 3\nUpload-Complete: true", 400)]
    [InlineData("application/partial-upload", "Upload-Offset: 3\nUpload-Offset: 3\nUpload-Complete: ?1", 400)]
    [InlineData("application/partial-upload;x=1", "Upload-Offset: 3;a=b\nUpload-Complete: ?1;c", 201)]
    public async Task The_headers_of_an_append(string type, string headers, int status)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        var answer = await server.SendAsync($"PATCH {upload} HTTP/1.1\nContent-Type: {type}\n{headers}\nContent-Length: 3", "def"u8.ToArray());
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 415, answer["Accept-Patch"]?.Contains("application/partial-upload", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_client_that_says_last_that_these_were_all_is_told_the_result()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        Assert.Equal(204, (await PatchAsync(server, upload, "3", "?0", "def"u8.ToArray())).Status);
        Assert.Equal((201, "/s/f"), (await PatchAsync(server, upload, "6", "?1", [])) is var last ? (last.Status, last["Location"]) : default);
        var more = await PatchAsync(server, upload, "6", "?1", "g"u8.ToArray());
        Assert.Equal(409, more.Status);
        Assert.Contains("#completed-upload", more.Text, StringComparison.Ordinal);
    }

    [Trait("Requirement", "R7.1")]
    [Fact]
    public async Task A_content_digest_of_an_append_is_checked_before_it_counts()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        var digest = $"\nContent-Digest: sha-256=:{Convert.ToBase64String(SHA256.HashData("def"u8))}:";
        var refused = await PatchAsync(server, upload, "3", "?1", "deX"u8.ToArray(), digest);
        Assert.Equal((400, "3"), (refused.Status, refused["Upload-Offset"]));
        Assert.Equal(201, (await PatchAsync(server, upload, "3", "?1", "def"u8.ToArray(), digest)).Status);
    }

    [Trait("Requirement", "R4.2")]
    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_newer_request_ends_the_append_in_progress_and_loses_nothing(string method)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(500_000);
        var upload = await CreateAsync(server, bytes.Length, []);
        using var stale = await server.ConnectAsync();
        await stale.SendAsync($"PATCH {upload} HTTP/1.1\nContent-Type: application/partial-upload\nUpload-Offset: 0\nUpload-Complete: ?1\nContent-Length: 500000", bytes[..200_000]);
        await UploadView.UntilReceivedAsync(server, upload, 200_000);
        var answer = method == "PATCH"
            ? await PatchAsync(server, upload, "200000", "?1", bytes[200_000..])
            : await server.SendAsync($"{method} {upload} HTTP/1.1\nUpload-Draft-Interop-Version: 8");
        Assert.Equal(method == "PATCH" ? 201 : 204, answer.Status);
        Assert.Equal(method switch { "HEAD" => "200000", "PATCH" => "500000", _ => null }, answer["Upload-Offset"]);
        await stale.WaitForEndAsync();
    }

    [Trait("Requirement", "R4.1")]
    [Fact]
    public async Task Delete_cancels()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await CreateAsync(server, 6, "abc"u8.ToArray());
        Assert.Equal(204, (await server.SendAsync($"DELETE {upload} HTTP/1.1")).Status);
        Assert.Equal(404, (await server.SendAsync($"HEAD {upload} HTTP/1.1\nUpload-Draft-Interop-Version: 8")).Status);
        Assert.Equal(404, (await PatchAsync(server, upload, "3", "?1", "def"u8.ToArray())).Status);
        Assert.Equal(404, (await server.SendAsync($"DELETE {upload} HTTP/1.1")).Status);
    }
}
