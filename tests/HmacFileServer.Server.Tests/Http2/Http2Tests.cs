using System.Net;
using System.Net.Http.Headers;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Http2;

/// <summary>The same server over HTTP/2: what happens to one stream happens to no other.</summary>
public sealed class Http2Tests : IDisposable
{
    private const int Length = 1_000_000;

    private readonly TestCertificate _certificate = new();
    private readonly byte[] _bytes = TestServer.Bytes(Length);

    public void Dispose() => _certificate.Dispose();

    private Task<TestServer> StartAsync() => TestServer.StartAsync(certificate: _certificate.Load());

    private static async Task WaitForAsync(Http2Client client, string target, long bytes)
    {
        var before = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(before) < TimeSpan.FromSeconds(20))
        {
            using var answer = await client.SendAsync(HttpMethod.Get, target, null, ("Accept", "application/json"));
            if (answer.StatusCode == HttpStatusCode.OK
                && System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("received_bytes").GetInt64() >= bytes)
            {
                return;
            }
        }
        throw new TimeoutException($"The server does not hold {bytes} bytes.");
    }

    /// <summary>The stream was ended without an answer; whether the client's body or its answer learns it first is chance.</summary>
    private static async Task AssertResetAsync(Task put) =>
        Assert.True(await Record.ExceptionAsync(() => put) is HttpRequestException or OperationCanceledException, $"{put.Status}");

    [Fact]
    public async Task A_file_is_uploaded_and_downloaded_again_whole_and_in_ranges()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        using (var put = await client.PutAsync(server.Slot("s/f", Length), new ByteArrayContent(_bytes)))
        {
            Assert.Equal((HttpStatusCode.Created, HttpVersion.Version20), (put.StatusCode, put.Version));
            Assert.StartsWith("https://localhost:", await put.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using (var get = await client.SendAsync(HttpMethod.Get, "/s/f"))
            Assert.Equal(_bytes, await get.Content.ReadAsByteArrayAsync());
        using (var part = await client.SendAsync(HttpMethod.Get, "/s/f", null, ("Range", "bytes=500-999")))
        {
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(_bytes[500..1000], await part.Content.ReadAsByteArrayAsync());
        }
        using (var parts = await client.SendAsync(HttpMethod.Get, "/s/f", null, ("Range", "bytes=0-1,-2")))
        {
            Assert.Equal(HttpStatusCode.PartialContent, parts.StatusCode);
            Assert.Equal("multipart/byteranges", parts.Content.Headers.ContentType!.MediaType);
        }
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task Segments_come_in_parallel_on_one_connection_in_any_order()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        var target = server.Slot("s/f", Length);
        const int Pieces = 20;
        const int Size = Length / Pieces;
        var bodies = Enumerable.Range(0, Pieces).Select(i => new StallingContent(_bytes[(i * Size)..(i * Size + 1000)], Size, _bytes[(i * Size + 1000)..((i + 1) * Size)])).ToArray();
        var puts = bodies.Select((body, i) => client.PutSegmentAsync(target, body, i * Size, (i + 1) * Size, Length)).ToArray();
        await Task.WhenAll(bodies.Select(b => b.Begun)); // all are in the middle of their bodies at the same time
        foreach (var body in bodies.Reverse())
            body.GoOn();
        var answers = await Task.WhenAll(puts);
        Assert.Equal(Pieces - 1, answers.Count(a => a.StatusCode == HttpStatusCode.NoContent));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(_bytes, await server.ReadFileAsync("s/f"));
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task A_takeover_ends_the_stale_stream_and_neither_its_connection_nor_another_stream()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        var target = server.Slot("s/f", Length);
        var beside = new StallingContent(_bytes[..1000], Length, _bytes[1000..]);
        var besidePut = client.PutAsync(server.Slot("s/beside", Length), beside);
        var stale = new StallingContent(_bytes[..400_000], Length);
        var stalePut = client.PutSegmentAsync(target, stale, 0, Length, Length);
        await WaitForAsync(client, target, 400_000);

        using (var last = await client.PutSegmentAsync(target, new ByteArrayContent(_bytes[400_000..]), 400_000, Length, Length))
            Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        await AssertResetAsync(stalePut);
        beside.GoOn();
        using (var put = await besidePut)
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);

        Assert.Equal(_bytes, await server.ReadFileAsync("s/f"));
        Assert.Equal(_bytes, await server.ReadFileAsync("s/beside"));
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task Head_ends_a_plain_put_that_is_told_so_and_the_upload_goes_on_over_the_same_connection()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        var target = server.Slot("s/f", Length);
        var stalePut = client.PutAsync(target, new StallingContent(_bytes[..400_000], Length));
        await WaitForAsync(client, target, 400_000);

        Assert.Equal(400_000, await client.HeadAsync(target));
        using (var told = await stalePut)
            Assert.Equal(HttpStatusCode.Conflict, told.StatusCode);
        using (var last = await client.PutSegmentAsync(target, new ByteArrayContent(_bytes[400_000..]), 400_000, Length, Length))
            Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        Assert.Equal(1, client.Connections);
    }

    /// <summary>A hundred: the framework remembers streams that it ended for 5 s, and takes more than 200 of them for an attack on the connection.</summary>
    [Fact]
    public async Task A_hundred_takeovers_on_one_connection_lose_and_double_no_byte()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        var target = server.Slot("s/f", Length);
        var random = new Random(7);
        var stale = new List<Task>();
        var offset = 0;
        for (var i = 0; i < 100; i++)
        {
            var body = new StallingContent(_bytes[offset..(offset + random.Next(1, 9000))], Length - offset);
            stale.Add(client.PutSegmentAsync(target, body, offset, Length, Length));
            await body.Begun;
            if (i % 4 == 0)
            {
                using var answer = await client.SendAsync(HttpMethod.Head, target, null, ("Upload-Length", $"{Length}"));
                offset = int.Parse(answer.Headers.GetValues("Upload-Offset").Single(), System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        using (var last = await client.PutSegmentAsync(target, new ByteArrayContent(_bytes[offset..]), offset, Length, Length))
            Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        Assert.Equal(_bytes, await server.ReadFileAsync("s/f"));
        foreach (var put in stale)
            await AssertResetAsync(put);
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task An_error_is_told_before_the_body_was_read_and_the_connection_goes_on()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        const long Announced = 1L << 30; // more than any window
        var endless = new StallingContent(_bytes, Announced);
        using (var refused = await client.PutAsync(server.Slot("s/f", Announced)[..^1] + "0", endless))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using (var put = await client.PutAsync(server.Slot("s/f", Length), new ByteArrayContent(_bytes)))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(1, client.Connections);
    }

    [Fact]
    public async Task Tus_and_the_draft_go_on_with_each_others_uploads()
    {
        await using var server = await StartAsync();
        using var client = new Http2Client(server, _certificate);
        string upload;
        using (var created = await client.SendAsync(
            HttpMethod.Post, server.Slot("s/f", Length), new ByteArrayContent([]), ("Tus-Resumable", "1.0.0"), ("Upload-Length", $"{Length}")))
        {
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            upload = created.Headers.Location!.OriginalString;
        }
        var first = new ByteArrayContent(_bytes[..300_000]);
        first.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using (var patched = await client.SendAsync(HttpMethod.Patch, upload, first, ("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0")))
            Assert.Equal(HttpStatusCode.NoContent, patched.StatusCode);
        var rest = new ByteArrayContent(_bytes[300_000..]);
        rest.Headers.ContentType = new MediaTypeHeaderValue("application/partial-upload");
        using (var patched = await client.SendAsync(
            HttpMethod.Patch, upload, rest, ("Upload-Draft-Interop-Version", "8"), ("Upload-Offset", "300000"), ("Upload-Complete", "?1")))
        {
            Assert.Equal(HttpStatusCode.Created, patched.StatusCode); // and no 104 on the way: HTTP/2 has none here
        }
        Assert.Equal(_bytes, await server.ReadFileAsync("s/f"));
    }
}
