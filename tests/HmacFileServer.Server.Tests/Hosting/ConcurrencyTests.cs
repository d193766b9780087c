using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Hosting;

/// <summary>How many requests may bring bytes at once, whatever protocol they speak; and that nobody who takes over is turned away.</summary>
public sealed class ConcurrencyTests
{
    private const int Length = 1000;

    private static string Put(string target) => $"PUT {target} HTTP/1.1\nContent-Length: {Length}\nContent-Range: bytes 0-{Length - 1}/{Length}\nExpect: 100-continue";

    private static Task<TestServer> StartAsync(int requests) => TestServer.StartAsync(limited: l => l with { MaxRequests = requests });

    /// <summary>A request that is a writer once 100 is answered: its body is asked for then.</summary>
    private static async Task<(RawConnection Connection, int Status, string? RetryAfter)> OpenAsync(TestServer server, string head)
    {
        var connection = await server.ConnectAsync();
        await connection.SendAsync(head);
        var answer = await connection.ReadResponseAsync();
        return (connection, answer.Status, answer["Retry-After"]);
    }

    private static async Task<string> CreateAsync(TestServer server, string path)
    {
        var created = await server.SendAsync($"POST {server.Slot(path, Length)} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Length: {Length}\nContent-Length: 0");
        Assert.Equal(201, created.Status);
        return created["Location"]!;
    }

    private static string Tus(string upload) =>
        $"PATCH {upload} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Offset: 0\nContent-Type: application/offset+octet-stream\nContent-Length: {Length}\nExpect: 100-continue";

    private static string Draft(string upload) =>
        $"PATCH {upload} HTTP/1.1\nUpload-Draft-Interop-Version: 8\nUpload-Offset: 0\nUpload-Complete: ?1\nContent-Type: application/partial-upload\nContent-Length: {Length}\nExpect: 100-continue";

    [Theory]
    [InlineData("put")]
    [InlineData("tus")]
    [InlineData("draft")]
    public async Task One_request_more_than_allowed_is_asked_to_come_later_and_let_in_then(string protocol)
    {
        await using var server = await StartAsync(1);
        var head = protocol switch
        {
            "put" => Put(server.Slot("s/late", Length)),
            "tus" => Tus(await CreateAsync(server, "s/late")),
            _ => Draft(await CreateAsync(server, "s/late")),
        };
        var (first, status, _) = await OpenAsync(server, Put(server.Slot("s/first", Length)));
        using var _ = first;
        Assert.Equal(100, status);

        var (late, refused, retryAfter) = await OpenAsync(server, head);
        late.Dispose();
        Assert.Equal((503, "1"), (refused, retryAfter));

        await first.SendAsync(new byte[Length]);
        Assert.Equal(201, (await first.ReadResponseAsync()).Status);
        var (again, admitted, _) = await OpenAsync(server, head);
        using var _2 = again;
        Assert.Equal(100, admitted);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("tus")]
    [InlineData("draft")]
    public async Task Who_takes_over_is_let_in_although_the_bound_is_reached(string protocol)
    {
        await using var server = await StartAsync(1);
        var head = protocol switch
        {
            "put" => Put(server.Slot("s/f", Length)),
            "tus" => Tus(await CreateAsync(server, "s/f")),
            _ => Draft(await CreateAsync(server, "s/f")),
        };
        for (var i = 0; i < 10; i++)
        {
            var (connection, status, _) = await OpenAsync(server, head); // each leaves a connection that stands still
            using var _ = connection;
            Assert.Equal(100, status);
        }
    }

    [Theory]
    [InlineData("tus")]
    [InlineData("draft")]
    public async Task The_bound_of_one_upload_holds_for_appends_too(string protocol)
    {
        await using var server = await TestServer.StartAsync(limited: l => l with { MaxRequestsPerUpload = 1 });
        var upload = await CreateAsync(server, "s/f");
        using var segment = await server.ConnectAsync();
        await segment.SendAsync($"PUT {upload} HTTP/1.1\nContent-Length: 10\nContent-Range: bytes 990-999/{Length}\nExpect: 100-continue");
        Assert.Equal(100, (await segment.ReadResponseAsync()).Status);
        // An append of five bytes, that ends no segment at the other end of the file.
        var head = (protocol == "tus" ? Tus(upload) : Draft(upload).Replace("?1", "?0", StringComparison.Ordinal)).Replace($"Length: {Length}", "Length: 5", StringComparison.Ordinal);
        var (late, status, retryAfter) = await OpenAsync(server, head);
        late.Dispose();
        Assert.Equal((503, "1"), (status, retryAfter));
    }

    [Theory]
    [InlineData("Tus-Resumable: 1.0.0\nUpload-Length: 10", false)]
    [InlineData("Tus-Resumable: 1.0.0\nUpload-Length: 10", true)]
    [InlineData("Upload-Complete: ?0\nUpload-Length: 10", false)]
    [InlineData("Upload-Complete: ?0\nUpload-Length: 10", true)]
    public async Task No_more_uploads_are_begun_than_allowed_whatever_the_protocol(string headers, bool onFiles)
    {
        await using var server = await TestServer.StartAsync(maxUnfinished: 1);
        Task<RawResponse> BeginAsync(string path) => server.SendAsync(
            $"POST {(onFiles ? "/files/" : server.Slot(path, 10))} HTTP/1.1\n{headers}\nContent-Length: 0\nAuthorization: Bearer {TestServer.Token}");
        Assert.Equal(201, (await BeginAsync("s/first")).Status);
        var second = await BeginAsync("s/second");
        Assert.Equal((503, "1"), (second.Status, second["Retry-After"]));
    }
}
