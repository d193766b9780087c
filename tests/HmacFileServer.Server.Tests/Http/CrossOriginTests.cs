using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.Server.Tests.Http;

/// <summary>
/// A web page of any origin may use every protocol: each answer, the errors too, can be read by it with all headers that the protocol puts there, and
/// each header that a protocol asks for is allowed by the preflight.
/// </summary>
public sealed class CrossOriginTests
{
    private const string Tus = "Tus-Resumable: 1.0.0";
    private const string Draft = "Upload-Draft-Interop-Version: 8";
    private const string Append = "Content-Type: application/offset+octet-stream";
    private const string Partial = "Content-Type: application/partial-upload";
    private const string Bearer = "Authorization: Bearer " + TestServer.Token;

    /// <summary>What a page may read without being told so (Fetch, CORS-safelisted response-header names), and what is the connection's or the browser's.</summary>
    private static readonly HashSet<string> NeedNoExposure = new(StringComparer.OrdinalIgnoreCase)
    {
        "Cache-Control", "Content-Language", "Content-Length", "Content-Type", "Expires", "Last-Modified", "Pragma",
        "Date", "Connection", "Transfer-Encoding", "X-Content-Type-Options", "Content-Security-Policy",
        "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age",
    };

    /// <summary>Status, method, target and headers. {slot} is a signed slot of 10 bytes, {held} one with 5 of them, {done} a finished file, {upload} the upload of {held}.</summary>
    public static TheoryData<int, string, string, string> Rows() => new()
    {
        { 204, "GET", "/ping", "" },
        { 200, "GET", "/health/live", "" },
        { 200, "GET", "/health/ready", "" },
        { 200, "GET", "/.well-known/hmac-file-server", "" },
        { 204, "OPTIONS", "/files/", "" },
        { 204, "OPTIONS", "/s/new", "" },
        { 204, "OPTIONS", "/uploads/00000000000000000000000000000000", Tus },
        // downloads
        { 200, "GET", "/s/done", "" },
        { 200, "HEAD", "/s/done", "" },
        { 206, "GET", "/s/done", "Range: bytes=1-2" },
        { 206, "GET", "/s/done", "Range: bytes=0-0,2-3" },
        { 304, "GET", "/s/done", "If-None-Match: *" },
        { 412, "GET", "/s/done", "If-Match: \"other\"" },
        { 416, "GET", "/s/done", "Range: bytes=100-" },
        { 404, "GET", "/s/none", "" },
        { 400, "GET", "/s/%2e%2e", "" },
        // slots and segments
        { 201, "PUT", "{slot}", "Content-Length: 10" },
        { 204, "PUT", "{slot}", "Content-Length: 5\nContent-Range: bytes 0-4/10" },
        { 200, "HEAD", "{held}", "" },
        { 200, "GET", "{held}", "Accept: application/json" },
        { 400, "PUT", "{slot}", "Content-Length: 5\nContent-Range: bytes 0-9/10" },
        { 403, "PUT", "/s/new", "Content-Length: 10" },
        { 403, "PUT", "/s/new?v=00", "Content-Length: 10" },
        { 403, "PUT", "{slot}", "Content-Length: 5\nContent-Range: bytes 0-4/11" },
        { 405, "PATCH", "/s/new", "Content-Length: 0" },
        { 409, "PUT", "{done}", "Content-Length: 10" },
        { 411, "PUT", "{slot}", "Transfer-Encoding: chunked" },
        { 413, "PUT", "{large}", "Content-Length: 2000" },
        { 416, "PUT", "{upload}", "Content-Length: 5\nContent-Range: bytes 6-10/10" },
        // tus
        { 201, "POST", "{slot}", Tus + "\nUpload-Length: 10\nContent-Length: 0" },
        { 201, "POST", "/files/", Tus + "\nUpload-Length: 10\nContent-Length: 0\n" + Bearer },
        { 200, "HEAD", "{upload}", Tus },
        { 204, "PATCH", "{upload}", Tus + "\nUpload-Offset: 5\nContent-Length: 2\n" + Append },
        { 204, "DELETE", "{upload}", Tus },
        { 400, "POST", "/files/", Tus + "\nContent-Length: 0\n" + Bearer },
        { 400, "PATCH", "{upload}", Tus + "\nUpload-Offset: x\nContent-Length: 2\n" + Append },
        { 401, "POST", "/files/", Tus + "\nUpload-Length: 10\nContent-Length: 0" },
        { 403, "POST", "/files/", Tus + "\nUpload-Length: 10\nContent-Length: 0\nAuthorization: Bearer wrong" },
        { 404, "HEAD", "/uploads/00000000000000000000000000000000", Tus },
        { 405, "GET", "/files/", Bearer },
        { 409, "PATCH", "{upload}", Tus + "\nUpload-Offset: 3\nContent-Length: 2\n" + Append },
        { 412, "HEAD", "{upload}", "Tus-Resumable: 0.2.2" },
        { 413, "POST", "/files/", Tus + "\nUpload-Length: 2000\nContent-Length: 0\n" + Bearer },
        { 415, "PATCH", "{upload}", Tus + "\nUpload-Offset: 5\nContent-Length: 2\nContent-Type: text/plain" },
        { 460, "PATCH", "{upload}", Tus + "\nUpload-Offset: 5\nContent-Length: 2\nUpload-Checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" + Append },
        // the draft
        { 201, "POST", "{slot}", "Upload-Complete: ?0\nUpload-Length: 10\nContent-Length: 0" },
        { 201, "POST", "/files/", "Upload-Complete: ?0\nUpload-Length: 10\nContent-Length: 0\n" + Bearer },
        { 204, "HEAD", "{upload}", Draft },
        { 204, "PATCH", "{upload}", Draft + "\nUpload-Offset: 5\nUpload-Complete: ?0\nContent-Length: 2\n" + Partial },
        { 201, "PATCH", "{upload}", Draft + "\nUpload-Offset: 5\nUpload-Complete: ?1\nContent-Length: 5\n" + Partial },
        { 204, "DELETE", "{upload}", Draft },
        { 400, "PATCH", "{upload}", Draft + "\nUpload-Offset: 5\nUpload-Complete: ?1\nContent-Length: 2\n" + Partial },
        { 404, "DELETE", "/uploads/00000000000000000000000000000000", Draft },
        { 409, "PATCH", "{upload}", Draft + "\nUpload-Offset: 3\nUpload-Complete: ?0\nContent-Length: 2\n" + Partial },
        { 415, "PATCH", "{upload}", Draft + "\nUpload-Offset: 5\nUpload-Complete: ?0\nContent-Length: 2\nContent-Type: text/plain" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Every_answer_can_be_read_with_its_headers(int status, string method, string target, string headers)
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 1000);
        await server.SendAsync($"PUT {server.Slot("s/done", 10)} HTTP/1.1\nContent-Length: 10", new byte[10]);
        await server.SendAsync($"PUT {server.Slot("s/held", 10)} HTTP/1.1\nContent-Length: 5\nContent-Range: bytes 0-4/10", new byte[5]);
        var json = System.Text.Json.JsonDocument.Parse((await server.SendAsync($"GET {server.Slot("s/held", 10)} HTTP/1.1\nAccept: application/json")).Text);
        target = target.Replace("{slot}", server.Slot("s/new", 10), StringComparison.Ordinal).Replace("{held}", server.Slot("s/held", 10), StringComparison.Ordinal)
            .Replace("{done}", server.Slot("s/done", 10), StringComparison.Ordinal).Replace("{large}", server.Slot("s/large", 2000), StringComparison.Ordinal)
            .Replace("{upload}", $"/uploads/{json.RootElement.GetProperty("id").GetString()}", StringComparison.Ordinal);
        var count = headers.Split('\n').FirstOrDefault(h => h.StartsWith("Content-Length: ", StringComparison.Ordinal)) is { } said ? int.Parse(said[16..], System.Globalization.CultureInfo.InvariantCulture) : 0;

        var answer = await server.SendAsync($"{method} {target} HTTP/1.1\nOrigin: https://page.example\n{headers}", new byte[count]);

        Assert.Equal(status, answer.Status);
        AssertReadable(answer);
    }

    [Theory]
    [InlineData(UploadErrorCode.StorageFull, 507)]
    [InlineData(UploadErrorCode.StorageFailed, 500)]
    [InlineData(null, 500)]
    public async Task What_the_disk_or_the_server_does_can_be_read_too(UploadErrorCode? code, int status)
    {
        await using var server = await TestServer.StartAsync();
        server.Memory.Before = operation =>
        {
            if (operation == StoreOperation.Write)
                throw code is { } known ? new UploadException(known) : new InvalidOperationException("a fault that nobody foresaw");
        };
        var answer = await server.SendAsync($"PUT {server.Slot("s/f", 10)} HTTP/1.1\nOrigin: https://page.example\nContent-Length: 10", new byte[10]);
        Assert.Equal(status, answer.Status);
        Assert.Equal(UploadError.Of(code ?? UploadErrorCode.InternalFault).Message + "\n", answer.Text);
        AssertReadable(answer);
    }

    [Fact]
    public async Task Being_too_many_can_be_read_with_the_time_to_wait()
    {
        await using var server = await TestServer.StartAsync(maxUnfinished: 1);
        await server.SendAsync($"PUT {server.Slot("s/held", 10)} HTTP/1.1\nContent-Length: 5\nContent-Range: bytes 0-4/10", new byte[5]);
        var answer = await server.SendAsync($"PUT {server.Slot("s/f", 10)} HTTP/1.1\nContent-Length: 10", new byte[10]);
        Assert.Equal((503, "1"), (answer.Status, answer["Retry-After"]));
        AssertReadable(answer);
    }

    [Fact]
    public async Task Every_header_and_method_that_a_protocol_asks_for_passes_the_preflight()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync("OPTIONS /s/f HTTP/1.1\nOrigin: https://page.example\nAccess-Control-Request-Method: PATCH\nAccess-Control-Request-Headers: tus-resumable");
        var allowed = answer["Access-Control-Allow-Headers"]!.Split(", ").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var methods = answer["Access-Control-Allow-Methods"]!.Split(", ");
        foreach (var row in Rows())
        {
            var (_, method, _, headers) = row.Data;
            Assert.Contains(method, methods);
            foreach (var name in headers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split(':')[0]))
                Assert.True(allowed.Contains(name) || name is "Content-Length" or "Transfer-Encoding", $"a page may not send {name}"); // those two are the browser's
        }
        foreach (var name in (string[])["Upload-Metadata", "Upload-Concat", "Upload-Defer-Length", "Upload-Checksum", "X-HTTP-Method-Override", "Repr-Digest", "Content-Digest", "Want-Repr-Digest", "Client-Network", "If-Range"])
            Assert.Contains(name, allowed);
    }

    private static void AssertReadable(RawResponse answer)
    {
        Assert.Equal("*", answer["Access-Control-Allow-Origin"]);
        var exposed = answer["Access-Control-Expose-Headers"]!.Split(", ").ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(answer.Headers.Keys, name => !NeedNoExposure.Contains(name) && !exposed.Contains(name));
    }
}
