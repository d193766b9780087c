using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.Server.Tests.Segments;

/// <summary>PUT with Content-Range, HEAD and the JSON view, byte for byte.</summary>
public sealed class SegmentTests
{
    private static string Segment(string target, int start, int end, int total, string more = "") =>
        $"PUT {target} HTTP/1.1\nContent-Length: {end - start}\nContent-Range: bytes {start}-{end - 1}/{total}{more}";

    [Fact]
    public async Task Segments_in_any_order_say_what_is_held_and_the_last_one_makes_the_file()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(300);
        var target = server.Slot("s/f", 300);

        var second = await server.SendAsync(Segment(target, 100, 200, 300), bytes[100..200]);
        Assert.Equal((204, "0", "100-199"), (second.Status, second["Upload-Offset"], second["Upload-Received"]));
        var first = await server.SendAsync(Segment(target, 0, 100, 300), bytes[..100]);
        Assert.Equal((204, "200", "0-199"), (first.Status, first["Upload-Offset"], first["Upload-Received"]));
        var last = await server.SendAsync(Segment(target, 200, 300, 300), bytes[200..]);
        Assert.Equal((201, "/s/f"), (last.Status, last["Location"]));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
        Assert.Equal(409, (await server.SendAsync(Segment(target, 200, 300, 300), bytes[200..])).Status);
    }

    [Fact]
    public async Task A_question_that_finishes_an_upload_says_where_the_file_is()
    {
        await using var server = await TestServer.StartAsync(anonymous: true);
        var begun = await server.SendAsync("POST /files/ HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Length: 5\nUpload-Metadata: filename Zg==\nContent-Length: 0");
        await SendAllButTheEndAsync(server, begun["Location"]!);

        var answer = await server.SendAsync($"HEAD {begun["Location"]} HTTP/1.1");

        Assert.Equal((200, "?1"), (answer.Status, answer["Upload-Complete"]));
        Assert.EndsWith("/f", answer["Location"], StringComparison.Ordinal);
        Assert.Equal(200, (await server.SendAsync($"GET {answer["Location"]} HTTP/1.1")).Status);
    }

    [Fact]
    public async Task A_question_at_the_slot_that_finishes_the_upload_is_answered_with_the_file()
    {
        await using var server = await TestServer.StartAsync();
        var slot = server.Slot("s/f", 5);
        await SendAllButTheEndAsync(server, slot);

        var answer = await server.SendAsync($"HEAD {slot} HTTP/1.1");

        var later = await server.SendAsync($"HEAD {slot} HTTP/1.1");
        Assert.Equal((200, "?1", "5"), (answer.Status, answer["Upload-Complete"], answer["Content-Length"]));
        Assert.NotNull(answer["ETag"]);
        Assert.Equal(later.Headers.Where(h => h.Key != "Date"), answer.Headers.Where(h => h.Key != "Date"));
    }

    /// <summary>Every byte is held, and no file is made of them: as if the process had ended in between.</summary>
    private static async Task SendAllButTheEndAsync(TestServer server, string target)
    {
        server.Memory.Before = operation =>
        {
            if (operation == StoreOperation.Publish)
                throw new UploadException(UploadErrorCode.StorageFailed);
        };
        Assert.Equal(500, (await server.SendAsync(Segment(target, 0, 5, 5), TestServer.Bytes(5))).Status);
        server.Memory.Before = null;
    }

    [Fact]
    public void Random_segments_over_parallel_connections_make_the_same_bytes()
    {
        var cuts = Gen.Choose(1, 199_999).ArrayOf(12);
        Prop.ForAll(cuts.ToArbitrary(), Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), (points, seed) =>
        {
            RandomSegmentsAsync(points, seed).GetAwaiter().GetResult();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static async Task RandomSegmentsAsync(int[] points, int seed)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(200_000, seed);
        var target = server.Slot("s/f", bytes.Length);
        int[] edges = [0, .. points.Distinct().Order(), bytes.Length];
        var segments = edges.Zip(edges.Skip(1)).ToArray();
        new Random(seed).Shuffle(segments);
        var answers = await Task.WhenAll(segments.Select(s => server.SendAsync(Segment(target, s.First, s.Second, bytes.Length), bytes[s.First..s.Second])));
        Assert.Equal(1, answers.Count(a => a.Status == 201));
        Assert.Equal(answers.Length - 1, answers.Count(a => a.Status == 204));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Requests_that_are_pipelined_on_one_connection_are_answered_in_order()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(4_000_000);
        var target = server.Slot("s/f", bytes.Length);
        using var connection = await server.ConnectAsync();
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < bytes.Length; at += 500_000)
                await connection.SendAsync(Segment(target, at, at + 500_000, bytes.Length), bytes[at..(at + 500_000)]);
        });
        for (var at = 500_000; at < bytes.Length; at += 500_000)
        {
            var answer = await connection.ReadResponseAsync();
            Assert.Equal((204, $"{at}"), (answer.Status, answer["Upload-Offset"]));
        }
        Assert.Equal(201, (await connection.ReadResponseAsync()).Status);
        await sending;
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Head_tells_how_far_an_upload_is_to_whoever_has_the_signature()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(300);
        var target = server.Slot("s/f", 300);
        await server.SendAsync(Segment(target, 0, 50, 300), bytes[..50]);
        await server.SendAsync(Segment(target, 100, 200, 300), bytes[100..200]);

        var head = await server.SendAsync($"HEAD {target} HTTP/1.1");

        Assert.Equal(200, head.Status);
        Assert.Equal(("50", "300", "?0", "0-49, 100-199", "no-store"),
            (head["Upload-Offset"], head["Upload-Length"], head["Upload-Complete"], head["Upload-Received"], head["Cache-Control"]));
        Assert.Equal(404, (await server.SendAsync("HEAD /s/f HTTP/1.1")).Status);
        Assert.Equal(404, (await server.SendAsync("GET /s/f HTTP/1.1")).Status);
        Assert.Equal(404, (await server.SendAsync($"GET {target} HTTP/1.1")).Status); // a browser must not take JSON for the file
    }

    [Fact]
    public async Task Head_of_a_slot_that_nobody_began_needs_its_length_to_check_the_signature()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 300);
        var head = await server.SendAsync($"HEAD {target} HTTP/1.1\nUpload-Length: 300");
        Assert.Equal((200, "0", "?0"), (head.Status, head["Upload-Offset"], head["Upload-Complete"]));
        Assert.Equal(404, (await server.SendAsync($"HEAD {target} HTTP/1.1\nUpload-Length: 301")).Status);
        Assert.Equal(404, (await server.SendAsync($"HEAD {target} HTTP/1.1")).Status);
    }

    [Fact]
    public async Task Head_of_a_complete_slot_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 3);
        await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray());
        var head = await server.SendAsync($"HEAD {target} HTTP/1.1");
        Assert.Equal((200, "?1", "3", "3"), (head.Status, head["Upload-Complete"], head["Upload-Offset"], head["Content-Length"]));
        Assert.Null((await server.SendAsync("HEAD /s/f HTTP/1.1"))["Upload-Complete"]);
    }

    [Fact]
    public async Task The_json_view_shows_ranges_duplicates_and_networks_and_leads_to_the_upload_by_id()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(300);
        var target = server.Slot("s/f", 300);
        await server.SendAsync(Segment(target, 0, 100, 300, "\nClient-Network: type=lte, name=\"wwan0\", device=\"d1\""), bytes[..100]);
        await server.SendAsync(Segment(target, 50, 150, 300, "\nClient-Network: type=wifi;q=1, name=\"wlan0\""), bytes[50..150]);

        var answer = await server.SendAsync($"GET {target} HTTP/1.1\nAccept: application/json");

        Assert.Equal((200, "application/json"), (answer.Status, answer["Content-Type"]));
        var json = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal("receiving", json.GetProperty("state").GetString());
        Assert.Equal(300, json.GetProperty("length").GetInt64());
        Assert.Equal("[[0,149]]", json.GetProperty("received").GetRawText());
        Assert.Equal(150, json.GetProperty("received_bytes").GetInt64());
        Assert.Equal(50, json.GetProperty("duplicate_bytes").GetInt64());
        Assert.Equal("""[{"interface":"wwan0","type":"lte","bytes":100},{"interface":"wlan0","type":"wifi","bytes":50}]""", json.GetProperty("paths").GetRawText());

        var byId = $"/uploads/{json.GetProperty("id").GetString()}";
        Assert.Equal(200, (await server.SendAsync($"GET {byId} HTTP/1.1")).Status);
        Assert.Equal("150", (await server.SendAsync($"HEAD {byId} HTTP/1.1"))["Upload-Offset"]);
        Assert.Equal(201, (await server.SendAsync(Segment(byId, 150, 300, 300), bytes[150..])).Status);
        var finished = await server.SendAsync($"HEAD {byId} HTTP/1.1");
        Assert.Equal((200, "?1", "/s/f"), (finished.Status, finished["Upload-Complete"], finished["Location"]));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Bytes_that_are_held_stay_whatever_a_later_segment_says()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 4);
        await server.SendAsync(Segment(target, 0, 3, 4), "abc"u8.ToArray());
        Assert.Equal(201, (await server.SendAsync(Segment(target, 1, 4, 4), "XYd"u8.ToArray())).Status);
        Assert.Equal("abcd"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData("type=lte, name=\"wwan0\"", "lte", "wwan0")]
    [InlineData("name=\"a\\\"b\"", null, "a\"b")]
    [InlineData("type=?1;=,,\"", "?1", null)]
    [InlineData("=,=;,type", null, null)]
    [InlineData("name=\"unfinished", null, "unfinished")]
    public async Task The_network_header_is_read_leniently(string header, string? type, string? name)
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 4);
        Assert.Equal(204, (await server.SendAsync(Segment(target, 0, 3, 4, $"\nClient-Network: {header}"), "abc"u8.ToArray())).Status);
        var json = JsonDocument.Parse((await server.SendAsync($"GET {target} HTTP/1.1\nAccept: application/json")).Text).RootElement.GetProperty("paths")[0];
        Assert.Equal((type, name), (json.GetProperty("type").GetString(), json.GetProperty("interface").GetString()));
    }
}
