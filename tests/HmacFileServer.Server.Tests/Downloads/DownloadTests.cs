using System.Text;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Downloads;

/// <summary>GET and HEAD of finished files, byte for byte.</summary>
public sealed class DownloadTests
{
    private static readonly byte[] Digits = "0123456789"u8.ToArray();

    private static async Task<TestServer> WithFileAsync(string name = "s/f", string? type = null)
    {
        var server = await TestServer.StartAsync();
        var put = await server.SendAsync($"PUT {server.Slot(name, 10, SlotVariant.V2, type)} HTTP/1.1\nContent-Length: 10{(type is null ? "" : $"\nContent-Type: {type}")}", Digits);
        Assert.Equal(201, put.Status);
        return server;
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=5-", "56789", "bytes 5-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-30", "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=8-99", "89", "bytes 8-9/10")]
    [InlineData("bytes=8-99999999999999999999", "89", "bytes 8-9/10")]
    [InlineData("bytes=8-9, 20-", "89", "bytes 8-9/10")]
    public async Task One_range_is_206(string range, string body, string contentRange)
    {
        await using var server = await WithFileAsync();
        var answer = await server.SendAsync($"GET /s/f HTTP/1.1\nRange: {range}");
        Assert.Equal((206, body, contentRange), (answer.Status, answer.Text, answer["Content-Range"]));
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=99-100")]
    [InlineData("bytes=-0")]
    public async Task A_range_beyond_the_end_is_416(string range)
    {
        await using var server = await WithFileAsync();
        var answer = await server.SendAsync($"GET /s/f HTTP/1.1\nRange: {range}");
        Assert.Equal((416, "bytes */10"), (answer.Status, answer["Content-Range"]));
    }

    [Theory]
    [InlineData("bytes=")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=--5")]
    [InlineData("lines=0-3")]
    [InlineData("bytes=0-5,3-9")] // overlapping
    [InlineData("bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,0-0,1-1,2-2,3-3,4-4,5-5,6-6")] // too many
    public async Task A_range_that_makes_no_sense_is_ignored(string range)
    {
        await using var server = await WithFileAsync();
        var answer = await server.SendAsync($"GET /s/f HTTP/1.1\nRange: {range}");
        Assert.Equal((200, "0123456789"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Several_ranges_are_multipart()
    {
        await using var server = await WithFileAsync(type: "text/plain");
        var answer = await server.SendAsync("GET /s/f HTTP/1.1\nRange: bytes=0-1, 4-5, -1");
        Assert.Equal(206, answer.Status);
        var type = answer["Content-Type"]!;
        Assert.StartsWith("multipart/byteranges; boundary=", type, StringComparison.Ordinal);
        var boundary = type[(type.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var expected = new StringBuilder();
        foreach (var (range, body) in new[] { ("0-1", "01"), ("4-5", "45"), ("9-9", "9") })
            expected.Append($"\r\n--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes {range}/10\r\n\r\n{body}");
        expected.Append($"\r\n--{boundary}--\r\n");
        Assert.Equal(expected.ToString(), answer.Text);
    }

    [Fact]
    public async Task Conditions_are_kept()
    {
        await using var server = await WithFileAsync();
        var first = await server.SendAsync("HEAD /s/f HTTP/1.1");
        var (tag, date) = (first["ETag"]!, first["Last-Modified"]!);
        const string old = "Thu, 01 Jan 2015 00:00:00 GMT";
        foreach (var (header, status) in new[]
        {
            ($"If-None-Match: {tag}", 304), ("If-None-Match: *", 304), ("If-None-Match: \"x\"", 200), ($"If-None-Match: W/{tag}", 304),
            ($"If-Modified-Since: {date}", 304), ($"If-Modified-Since: {old}", 200), ($"If-None-Match: \"x\"\nIf-Modified-Since: {date}", 200),
            ($"If-Match: {tag}", 200), ("If-Match: \"x\"", 412), ($"If-Unmodified-Since: {old}", 412), ($"If-Unmodified-Since: {date}", 200),
            ($"Range: bytes=0-1\nIf-Range: {tag}", 206), ("Range: bytes=0-1\nIf-Range: \"x\"", 200), ($"Range: bytes=0-1\nIf-Range: {date}", 206),
            ($"Range: bytes=0-1\nIf-Range: {old}", 200), ($"Range: bytes=0-1\nIf-Range: W/{tag}", 200), ("Range: bytes=0-1\nIf-Range: nonsense", 200),
        })
        {
            var answer = await server.SendAsync($"GET /s/f HTTP/1.1\n{header}");
            Assert.True(status == answer.Status, $"{header}: {answer.Status}, not {status}");
            Assert.True(status is not 304 || answer.Body.Length == 0);
        }
    }

    [Theory]
    [InlineData("image/png", "inline", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("image/svg+xml", "attachment", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("video/mp4", "inline", "default-src 'none'; media-src 'self'; frame-ancestors 'none'")]
    [InlineData("audio/ogg; codecs=opus", "inline", "default-src 'none'; media-src 'self'; frame-ancestors 'none'")]
    [InlineData("text/plain; charset=utf-8", "inline", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("text/html", "attachment", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("TEXT/HTML", "attachment", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("application/pdf", "attachment", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData(null, "attachment", "default-src 'none'; frame-ancestors 'none'")]
    public async Task A_strangers_file_cannot_run_script_here(string? type, string disposition, string policy)
    {
        await using var server = await WithFileAsync("s/é \"x\".bin", type);
        var answer = await server.SendAsync("GET /s/%C3%A9%20%22x%22.bin HTTP/1.1");
        Assert.Equal(200, answer.Status);
        Assert.Equal($"{disposition}; filename*=UTF-8''%C3%A9%20%22x%22.bin", answer["Content-Disposition"]);
        Assert.Equal(policy, answer["Content-Security-Policy"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("public, max-age=31536000, immutable", answer["Cache-Control"]);
        Assert.Equal(type ?? "application/octet-stream", answer["Content-Type"]);
        Assert.Equal("bytes", answer["Accept-Ranges"]);
    }

    [Fact]
    public async Task Head_is_get_without_the_bytes()
    {
        await using var server = await WithFileAsync();
        var head = await server.SendAsync("HEAD /s/f HTTP/1.1");
        var get = await server.SendAsync("GET /s/f HTTP/1.1");
        foreach (var header in get.Headers.Keys.Where(h => h != "Date"))
            Assert.Equal(get[header], head[header]);
    }

    [Fact]
    public async Task A_large_file_comes_whole()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(7_654_321);
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("s/f", bytes.Length)} HTTP/1.1\nContent-Length: {bytes.Length}", bytes)).Status);
        Assert.Equal(bytes, (await server.SendAsync("GET /s/f HTTP/1.1")).Body);
        Assert.Equal(bytes[1_000_000..5_000_000], (await server.SendAsync("GET /s/f HTTP/1.1\nRange: bytes=1000000-4999999")).Body);
    }
}
