using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Tests.Hosting;

/// <summary>What one client may cost: bounds that a hostile one meets and others do not.</summary>
public sealed class LimitTests
{
    private static string Segment(string target, int start, int end, int total) =>
        $"PUT {target} HTTP/1.1\nContent-Length: {end - start}\nContent-Range: bytes {start}-{end - 1}/{total}";

    [Fact]
    public async Task A_body_that_stands_still_is_ended_and_what_came_before_is_kept()
    {
        await using var server = await TestServer.StartAsync(connections: new ConnectionLimits(0, 1000, TimeSpan.FromSeconds(2)));
        var bytes = TestServer.Bytes(100_000);
        var target = server.Slot("s/f", bytes.Length);
        using var loris = await server.ConnectAsync();

        await loris.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: {bytes.Length}", bytes[..1000]);
        await loris.WaitForEndAsync(); // by the server: this client would wait for ever

        var head = await server.SendAsync($"HEAD {target} HTTP/1.1");
        Assert.Equal("1000", head["Upload-Offset"]);
        Assert.Equal(201, (await server.SendAsync(Segment(target, 1000, bytes.Length, bytes.Length), bytes[1000..])).Status);
    }

    [Fact]
    public async Task A_body_that_came_fast_may_stand_still_longer_as_while_networks_change()
    {
        await using var server = await TestServer.StartAsync(connections: new ConnectionLimits(0, 1000, TimeSpan.FromSeconds(2)));
        var bytes = TestServer.Bytes(100_000);
        using var traveller = await server.ConnectAsync();
        using var loris = await server.ConnectAsync();
        await traveller.SendAsync($"PUT {server.Slot("s/f", bytes.Length)} HTTP/1.1\nContent-Length: {bytes.Length}", bytes[..60_000]);
        await loris.SendAsync($"PUT {server.Slot("s/g", bytes.Length)} HTTP/1.1\nContent-Length: {bytes.Length}", bytes[..1000]);

        await loris.WaitForEndAsync(); // both were silent for as long
        await traveller.SendAsync(bytes[60_000..]);

        Assert.Equal(201, (await traveller.ReadResponseAsync()).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task One_upload_has_no_more_writers_than_allowed_and_the_next_is_let_in_when_one_is_done()
    {
        const int Most = 8;
        await using var server = await TestServer.StartAsync(limited: l => l with { MaxRequestsPerUpload = Most });
        const int Total = 4 * Most;
        var target = server.Slot("s/f", Total);
        var writers = new List<RawConnection>();
        async Task<int> OpenAsync()
        {
            var connection = await server.ConnectAsync();
            writers.Add(connection);
            var start = 2 * (writers.Count - 1);
            await connection.SendAsync($"{Segment(target, start, start + 2, Total)}\nExpect: 100-continue");
            return (await connection.ReadResponseAsync()).Status; // 100 when its body is asked for, so that it is a writer by then
        }
        try
        {
            while (writers.Count < Most)
                Assert.Equal(100, await OpenAsync());
            Assert.Equal(503, await OpenAsync());
            await writers[0].SendAsync(new byte[2]);
            Assert.Equal(204, (await writers[0].ReadResponseAsync()).Status);
            Assert.Equal(100, await OpenAsync());
        }
        finally
        {
            writers.ForEach(w => w.Dispose());
        }
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed_at_once()
    {
        await using var server = await TestServer.StartAsync(connections: new ConnectionLimits(2, 0, TimeSpan.Zero));
        using var first = await server.ConnectAsync();
        await first.SendAsync("GET /ping HTTP/1.1");
        Assert.InRange((await first.ReadResponseAsync()).Status, 200, 204);
        using var second = await server.ConnectAsync();
        await second.SendAsync("GET /ping HTTP/1.1");
        Assert.InRange((await second.ReadResponseAsync()).Status, 200, 204);

        using var third = await server.ConnectAsync();

        await third.WaitForEndAsync();
    }

    [Fact]
    public async Task One_more_unfinished_upload_than_allowed_is_asked_to_come_later()
    {
        await using var server = await TestServer.StartAsync(maxUnfinished: 1);
        var first = server.Slot("s/first", 10);
        Assert.Equal(204, (await server.SendAsync(Segment(first, 0, 5, 10), new byte[5])).Status);
        Assert.Equal(503, (await server.SendAsync(Segment(server.Slot("s/second", 10), 0, 5, 10), new byte[5])).Status);
        Assert.Equal(201, (await server.SendAsync(Segment(first, 5, 10, 10), new byte[5])).Status);
        Assert.Equal(204, (await server.SendAsync(Segment(server.Slot("s/second", 10), 0, 5, 10), new byte[5])).Status);
    }

    [Fact]
    public async Task Pieces_of_one_byte_stop_at_a_bound_and_the_upload_can_still_be_finished()
    {
        await using var server = await TestServer.StartAsync();
        const int Total = 4 * UploadLimits.MostRuns;
        var bytes = TestServer.Bytes(Total);
        var target = server.Slot("s/f", Total);
        using var connection = await server.ConnectAsync();
        async Task<int> PutAsync(int start, int end)
        {
            await connection.SendAsync(Segment(target, start, end, Total), bytes[start..end]);
            return (await connection.ReadResponseAsync()).Status;
        }
        for (var i = 0; i < UploadLimits.MostRuns; i++)
            Assert.Equal(204, await PutAsync(2 * i + 1, 2 * i + 2));

        using (var refused = await server.ConnectAsync())
        {
            await refused.SendAsync(Segment(target, Total - 10, Total - 9, Total), bytes[^10..^9]);
            Assert.Equal(409, (await refused.ReadResponseAsync()).Status);
        }
        Assert.Equal(204, await PutAsync(2, 3)); // goes on where a run ends
        Assert.Equal(201, await PutAsync(0, Total));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }
}
