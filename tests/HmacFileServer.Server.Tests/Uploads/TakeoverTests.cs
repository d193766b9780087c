using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Uploads;

/// <summary>Stale connections that still hold an upload, and the newer requests that take it over.</summary>
public sealed class TakeoverTests
{
    /// <summary>Waits until the server holds so many bytes, without ending anything.</summary>
    [Fact]
    public async Task A_segment_takes_over_at_once_from_a_connection_that_stays_open()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1_000_000);
        var target = server.Slot("s/f", bytes.Length);
        using var stale = await server.ConnectAsync();
        await stale.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000\nContent-Range: bytes 0-999999/1000000", bytes[..400_000]);
        await UploadView.UntilReceivedAsync(server, target, 400_000);

        var before = TimeProvider.System.GetTimestamp();
        var answer = await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 600000\nContent-Range: bytes 400000-999999/1000000", bytes[400_000..]);
        var took = TimeProvider.System.GetElapsedTime(before);

        Assert.Equal(201, answer.Status);
        Assert.True(took < TimeSpan.FromSeconds(2), $"took {took}: it waited for the stale connection");
        await stale.WaitForEndAsync();
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "T7")]
    [Fact]
    public async Task A_thousand_takeovers_lose_and_double_no_byte()
    {
        using var log = new LineLog();
        await using var server = await TestServer.StartAsync(logging: l => l.AddProvider(log).SetMinimumLevel(LogLevel.Warning));
        var random = new Random(7);
        var bytes = TestServer.Bytes(2_000_000);
        var target = server.Slot("s/f", bytes.Length);
        var stale = new List<RawConnection>();
        var longest = TimeSpan.Zero;
        for (var i = 0; i < 1000; i++)
        {
            // Asking for the offset, plain PUTs and segments in turn; each leaves its connection open, in the middle of its body.
            var before = TimeProvider.System.GetTimestamp();
            var offset = 0;
            if (i % 2 == 0)
            {
                var head = await server.SendAsync($"HEAD {target} HTTP/1.1\nUpload-Length: {bytes.Length}");
                Assert.True(head["Upload-Offset"] is not null, $"round {i}: {head.Status} {string.Join(", ", head.Headers)}\n{log.Text}");
                offset = int.Parse(head["Upload-Offset"]!);
            }
            var connection = await server.ConnectAsync();
            var sent = Math.Min(random.Next(1, 3000), bytes.Length - offset - 1);
            await connection.SendAsync(
                i % 4 == 1 ? $"PUT {target} HTTP/1.1\nContent-Length: {bytes.Length}"
                    : $"PUT {target} HTTP/1.1\nContent-Length: {bytes.Length - offset}\nContent-Range: bytes {offset}-{bytes.Length - 1}/{bytes.Length}",
                bytes[offset..(offset + sent)]);
            stale.Add(connection);
            var took = TimeProvider.System.GetElapsedTime(before);
            longest = took > longest ? took : longest;
        }
        var left = int.Parse((await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]!);
        var last = await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: {bytes.Length - left}\nContent-Range: bytes {left}-{bytes.Length - 1}/{bytes.Length}", bytes[left..]);
        Assert.Equal(201, last.Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
        Assert.True(longest < TimeSpan.FromSeconds(2), $"one takeover took {longest}");
        stale.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task Head_ends_a_plain_put_and_tells_every_byte_that_it_brought()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1_000_000);
        var target = server.Slot("s/f", bytes.Length);
        using var stale = await server.ConnectAsync();
        await stale.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..400_000]);
        await UploadView.UntilReceivedAsync(server, target, 400_000);

        Assert.Equal("400000", (await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]);
        await stale.WaitForEndAsync();
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 600000\nContent-Range: bytes 400000-999999/1000000", bytes[400_000..])).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Of_two_whole_puts_on_one_slot_one_is_stored_and_the_other_is_told_of_the_conflict()
    {
        await using var server = await TestServer.StartAsync();
        for (var round = 0; round < 50; round++)
        {
            byte[][] files = [TestServer.Bytes(300_000, seed: 2 * round), TestServer.Bytes(300_000, seed: 2 * round + 1)];
            var target = server.Slot($"s/{round}", 300_000);
            var answers = await Task.WhenAll(files.Select(f => server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 300000", f)));
            Assert.Equal([201, 409], answers.Select(a => a.Status).Order());
            Assert.Equal(files[answers[0].Status == 201 ? 0 : 1], await server.ReadFileAsync($"s/{round}"));
        }
    }

    [Fact]
    public async Task A_whole_put_that_was_taken_over_is_told_so_while_it_is_still_sending()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1_000_000);
        var target = server.Slot("s/f", bytes.Length);
        using var older = await server.ConnectAsync();
        await older.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..400_000]);
        await UploadView.UntilReceivedAsync(server, target, 400_000);
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes)).Status);
        var answer = await older.ReadResponseAsync();
        Assert.Equal((409, "close"), (answer.Status, answer["Connection"]));
        await older.SendAsync(bytes[400_000..]); // thrown away, and no reset before it has read the answer
    }

    [Fact]
    public async Task Head_and_json_leave_a_segment_in_flight_alone()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1000);
        var target = server.Slot("s/f", bytes.Length);
        using var running = await server.ConnectAsync();
        await running.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000\nContent-Range: bytes 0-999/1000", bytes[..400]);
        Assert.Equal(1, (await UploadView.UntilReceivedAsync(server, target, 400)).GetProperty("writers").GetInt32());
        Assert.Equal("400", (await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]);
        await running.SendAsync(bytes[400..]);
        Assert.Equal(201, (await running.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Segments_beside_each_other_do_not_end_each_other()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1000);
        var target = server.Slot("s/f", bytes.Length);
        using var first = await server.ConnectAsync();
        using var second = await server.ConnectAsync();
        await first.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 500\nContent-Range: bytes 0-499/1000", bytes[..100]);
        await second.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 500\nContent-Range: bytes 500-999/1000", bytes[500..600]);
        await UploadView.UntilReceivedAsync(server, target, 200);
        await second.SendAsync(bytes[600..]);
        Assert.Equal(204, (await second.ReadResponseAsync()).Status);
        await first.SendAsync(bytes[100..500]);
        Assert.Equal(201, (await first.ReadResponseAsync()).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_cut_short_keeps_every_byte_that_the_server_had_received(bool reset)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1_000_000);
        var target = server.Slot("s/f", bytes.Length);
        using (var cut = await server.ConnectAsync())
        {
            await cut.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..654_321]);
            if (reset)
            {
                // The kernel throws away what was not read when a reset comes: wait until it was.
                await UploadView.UntilReceivedAsync(server, target, 654_321);
                cut.Reset();
            }
        }
        await UploadView.UntilReceivedAsync(server, target, 654_321);
        var head = await server.SendAsync($"HEAD {target} HTTP/1.1");
        Assert.Equal(("654321", "0-654320"), (head["Upload-Offset"], head["Upload-Received"]));
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 345679\nContent-Range: bytes 654321-999999/1000000", bytes[654_321..])).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task A_client_that_starts_over_with_the_same_file_writes_nothing_twice()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1_000_000);
        var target = server.Slot("s/f", bytes.Length);
        using var stale = await server.ConnectAsync();
        await stale.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..700_000]);
        await UploadView.UntilReceivedAsync(server, target, 700_000);
        using var again = await server.ConnectAsync();
        await again.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..600_000]);
        await UploadView.UntilAsync(server, target, view => view.GetProperty("duplicate_bytes").GetInt64() >= 600_000);
        await again.SendAsync(bytes[600_000..]);
        Assert.Equal(201, (await again.ReadResponseAsync()).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(350_000)]
    [InlineData(699_999)]
    public async Task A_client_that_starts_over_with_another_file_of_that_length_gets_that_other_file(int firstDifference)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(1_000_000);
        var other = TestServer.Bytes(1_000_000, seed: 2);
        bytes.AsSpan(0, firstDifference).CopyTo(other);
        other[firstDifference] = (byte)~bytes[firstDifference];
        var target = server.Slot("s/f", bytes.Length);
        using var stale = await server.ConnectAsync();
        await stale.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..700_000]);
        await UploadView.UntilReceivedAsync(server, target, 700_000);
        await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 100000\nContent-Range: bytes 800000-899999/1000000", bytes[800_000..900_000]);

        var answer = await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", other);

        Assert.Equal(201, answer.Status);
        Assert.Equal(other, await server.ReadFileAsync("s/f"));
        var file = await server.Store.FindFileAsync(TestServer.SlotOf("s/f"), default);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(other)), file!.Sha256);
    }

    [Fact]
    public async Task An_upload_that_was_cut_goes_on_after_a_restart()
    {
        var store = new HmacFileServer.Testing.Storage.InMemoryUploadStore(TimeProvider.System);
        var bytes = TestServer.Bytes(1_000_000);
        string target;
        await using (var server = await TestServer.StartAsync(store))
        {
            target = server.Slot("s/f", bytes.Length);
            Assert.Equal(204, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 600000\nContent-Range: bytes 0-599999/1000000", bytes[..600_000])).Status);
        }
        await using var again = await TestServer.StartAsync(store);
        Assert.Equal("600000", (await again.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]);
        Assert.Equal(201, (await again.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 400000\nContent-Range: bytes 600000-999999/1000000", bytes[600_000..])).Status);
        Assert.Equal(bytes, await again.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task The_end_of_the_process_lets_a_running_upload_store_what_it_brought()
    {
        var store = new HmacFileServer.Testing.Storage.InMemoryUploadStore(TimeProvider.System);
        var bytes = TestServer.Bytes(1_000_000);
        var server = await TestServer.StartAsync(store);
        var target = server.Slot("s/f", bytes.Length);
        using var running = await server.ConnectAsync();
        await running.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1000000", bytes[..500_000]);
        await UploadView.UntilReceivedAsync(server, target, 500_000);
        await server.DisposeAsync();
        Assert.Equal(503, (await running.ReadResponseAsync()).Status);
        await using var again = await TestServer.StartAsync(store);
        Assert.Equal("500000", (await again.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]);
    }

    [Fact]
    public async Task An_abandoned_upload_is_removed_after_the_timeout_and_not_before()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock: clock);
        var target = server.Slot("s/f", 300);
        await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 100\nContent-Range: bytes 0-99/300", TestServer.Bytes(100));
        clock.Advance(TimeSpan.FromMinutes(59));
        await server.Engine.SweepAsync();
        Assert.Equal(200, (await server.SendAsync($"GET {target} HTTP/1.1\nAccept: application/json")).Status);
        clock.Advance(TimeSpan.FromMinutes(2));
        await server.Engine.SweepAsync();
        Assert.Equal(404, (await server.SendAsync($"GET {target} HTTP/1.1\nAccept: application/json")).Status);
    }
}
