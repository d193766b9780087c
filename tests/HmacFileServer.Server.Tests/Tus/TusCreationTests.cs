using HmacFileServer.Core.Slots;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Storage;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Tus;

/// <summary>The extensions creation, creation-with-upload, creation-defer-length, expiration and termination.</summary>
public sealed class TusCreationTests
{
    [Trait("Requirement", "T2.1")]
    [Fact]
    public async Task Creation_on_a_slot_is_201_with_a_location_and_an_expiry()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock: clock);
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 10)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 10\nContent-Length: 0");
        Assert.Equal(201, answer.Status);
        Assert.Matches("^/uploads/[0-9a-f]{32}$", answer["Location"]);
        Assert.Equal((clock.GetUtcNow() + TimeSpan.FromHours(1)).ToString("R"), answer["Upload-Expires"]);
        Assert.Null(answer["Upload-Offset"]);
        clock.Advance(TimeSpan.FromMinutes(30));
        var patch = await TusWire.PatchAsync(server, answer["Location"]!, 0, "abc"u8.ToArray());
        Assert.Equal((clock.GetUtcNow() + TimeSpan.FromHours(1)).ToString("R"), patch["Upload-Expires"]);
        clock.Advance(TimeSpan.FromMinutes(61));
        await server.Engine.SweepAsync();
        Assert.Equal(404, (await TusWire.HeadAsync(server, answer["Location"]!)).Status);
    }

    [Trait("Requirement", "T2.3")]
    [Theory]
    [InlineData("", 400)]
    [InlineData("\nUpload-Length: 10\nUpload-Defer-Length: 1", 400)]
    [InlineData("\nUpload-Length: ten", 400)]
    [InlineData("\nUpload-Length: -10", 400)]
    [InlineData("\nUpload-Defer-Length: 2", 400)]
    [InlineData("\nUpload-Defer-Length: 1", 411)] // the signature is over the length
    [InlineData("\nUpload-Length: 11", 403)]
    [InlineData("\nUpload-Length: 10\nUpload-Concat: partial", 403)]
    [InlineData("\nUpload-Length: 10\nUpload-Metadata: a b c", 400)]
    [InlineData("\nUpload-Length: 10\nUpload-Metadata: a,a", 400)]
    [InlineData("\nUpload-Length: 10\nUpload-Metadata: a !!", 400)]
    [InlineData("\nUpload-Length: 10\nUpload-Concat: whole", 400)]
    public async Task Creation_on_a_slot_is_refused(string headers, int status)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 10)} HTTP/1.1\n{TusWire.Headers}{headers}\nContent-Length: 0");
        Assert.Equal((status, null), (answer.Status, answer["Location"]));
    }

    [Trait("Requirement", "T2.4")]
    [Fact]
    public async Task Creation_beyond_the_limit_is_413_and_without_a_signature_403()
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 100);
        Assert.Equal(413, (await server.SendAsync($"POST {server.Slot("s/f", 117)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 117\nContent-Length: 0")).Status);
        Assert.Equal(403, (await server.SendAsync($"POST /s/f HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 10\nContent-Length: 0")).Status);
    }

    [Fact]
    public async Task The_file_type_that_a_slot_was_signed_for_comes_in_the_metadata()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 3, SlotVariant.V2, "image/png");
        var head = $"POST {target} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 3\nContent-Length: 0\nUpload-Metadata: filetype ";
        Assert.Equal(403, (await server.SendAsync(head + TusWire.Base64("image/gif"))).Status);
        var created = await server.SendAsync(head + TusWire.Base64("image/png"));
        Assert.Equal(201, created.Status);
        await TusWire.PatchAsync(server, created["Location"]!, 0, "abc"u8.ToArray());
        Assert.Equal("image/png", (await server.SendAsync("GET /s/f HTTP/1.1"))["Content-Type"]);
    }

    [Trait("Requirement", "T3.3")]
    [Fact]
    public async Task Metadata_comes_back_verbatim()
    {
        await using var server = await TestServer.StartAsync();
        const string metadata = "filename ZsO8ci5iaW4=,is_confidential";
        var created = await server.SendAsync($"POST {server.Slot("s/f", 3)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 3\nContent-Length: 0\nUpload-Metadata: {metadata}");
        Assert.Equal(metadata, (await TusWire.HeadAsync(server, created["Location"]!))["Upload-Metadata"]);
        await TusWire.PatchAsync(server, created["Location"]!, 0, "abc"u8.ToArray());
        Assert.Equal(metadata, (await TusWire.HeadAsync(server, created["Location"]!))["Upload-Metadata"]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3000)] // some 4 KB in base64, as much as is taken
    public async Task Metadata_comes_back_whole_when_the_upload_is_finished_and_in_the_next_process(int length)
    {
        using var folder = new TemporaryFolder();
        var metadata = $"filename ZsO8ci5iaW4=,note {TusWire.Base64(new string('x', length))}";
        string upload;
        await using (var server = await TestServer.StartAsync(await OpenAsync(folder["data"])))
        {
            var created = await server.SendAsync($"POST {server.Slot("s/f", 3)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 3\nContent-Length: 0\nUpload-Metadata: {metadata}");
            upload = created["Location"]!;
            Assert.Equal(204, (await TusWire.PatchAsync(server, upload, 0, "abc"u8.ToArray())).Status);
            Assert.Equal(metadata, (await TusWire.HeadAsync(server, upload))["Upload-Metadata"]);
        }
        await using (var server = await TestServer.StartAsync(await OpenAsync(folder["data"])))
        {
            var head = await TusWire.HeadAsync(server, upload);
            Assert.Equal((200, "3", "3", metadata), (head.Status, head["Upload-Offset"], head["Upload-Length"], head["Upload-Metadata"]));
            var plain = await server.SendAsync($"HEAD {upload} HTTP/1.1");
            Assert.Equal((200, "3", "3", "?1", "/s/f"), (plain.Status, plain["Upload-Offset"], plain["Upload-Length"], plain["Upload-Complete"], plain["Location"]));
            Assert.Equal("?1", (await server.SendAsync($"HEAD {upload} HTTP/1.1\nUpload-Draft-Interop-Version: 8"))["Upload-Complete"]);
        }
    }

    private static async Task<LocalUploadStore> OpenAsync(string path) =>
        await LocalUploadStore.OpenAsync(new LocalStoreOptions { DataPath = path }, TimeProvider.System);

    [Fact]
    public async Task An_empty_file_is_whole_when_it_is_created()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 0);
        Assert.Empty((await server.ReadFileAsync("s/f"))!);
        var head = await TusWire.HeadAsync(server, upload);
        Assert.Equal((200, "0", "0"), (head.Status, head["Upload-Offset"], head["Upload-Length"]));
    }

    [Fact]
    public async Task A_slot_that_is_complete_is_409()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 3);
        await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3", "abc"u8.ToArray());
        Assert.Equal(409, (await server.SendAsync($"POST {target} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 3\nContent-Length: 0")).Status);
    }

    [Trait("Requirement", "T2.2")]
    [Fact]
    public async Task Creation_with_upload_stores_what_it_brings()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(400_000);
        var head = $"POST {server.Slot("s/f", 400_000)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 400000\n{TusWire.PatchType}";
        var created = await server.SendAsync($"{head}\nContent-Length: 100000", bytes[..100_000]);
        Assert.Equal((201, "100000"), (created.Status, created["Upload-Offset"]));
        var again = await server.SendAsync($"{head}\nContent-Length: 150000", bytes[..150_000]);
        Assert.Equal((201, "150000", created["Location"]), (again.Status, again["Upload-Offset"], again["Location"]));
        var whole = await server.SendAsync($"{head}\nContent-Length: 400000", bytes);
        Assert.Equal((201, "400000"), (whole.Status, whole["Upload-Offset"]));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData("Content-Type: text/plain\nContent-Length: 3", 415)]
    [InlineData("Content-Type: application/offset+octet-stream\nContent-Length: 11", 400)]
    public async Task Creation_with_upload_is_refused(string headers, int status)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"POST {server.Slot("s/f", 10)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 10\n{headers}", "0123456789a"u8.ToArray());
        Assert.Equal(status, answer.Status);
        Assert.Null(await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task Another_file_that_is_created_with_upload_replaces_what_was_held()
    {
        await using var server = await TestServer.StartAsync();
        var head = $"POST {server.Slot("s/f", 6)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 6\n{TusWire.PatchType}";
        await server.SendAsync($"{head}\nContent-Length: 4", "abcd"u8.ToArray());
        var other = await server.SendAsync($"{head}\nContent-Length: 3", "aXY"u8.ToArray());
        Assert.Equal((201, "3"), (other.Status, other["Upload-Offset"]));
        Assert.Equal(204, (await TusWire.PatchAsync(server, other["Location"]!, 3, "Z12"u8.ToArray())).Status);
        Assert.Equal("aXYZ12"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "T3.2")]
    [Fact]
    public async Task A_deferred_length_is_told_and_set_once()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.SendAsync($"POST /files/ HTTP/1.1\n{TusWire.Headers}\nUpload-Defer-Length: 1\nContent-Length: 0");
        var upload = created["Location"]!;
        await TusWire.PatchAsync(server, upload, 0, "abc"u8.ToArray());
        var head = await TusWire.HeadAsync(server, upload);
        Assert.Equal(("1", null, "3"), (head["Upload-Defer-Length"], head["Upload-Length"], head["Upload-Offset"]));
        Assert.Equal(400, (await TusWire.PatchAsync(server, upload, 3, [], "\nUpload-Length: 2")).Status);
        Assert.Equal(204, (await TusWire.PatchAsync(server, upload, 3, "d"u8.ToArray(), "\nUpload-Length: 5")).Status);
        Assert.Equal(400, (await TusWire.PatchAsync(server, upload, 4, "e"u8.ToArray(), "\nUpload-Length: 6")).Status);
        head = await TusWire.HeadAsync(server, upload);
        Assert.Equal((null, "5"), (head["Upload-Defer-Length"], head["Upload-Length"]));
        var last = await TusWire.PatchAsync(server, upload, 4, "e"u8.ToArray());
        Assert.Equal("abcde", (await server.SendAsync($"GET {last["Content-Location"]} HTTP/1.1")).Text);
    }

    [Fact]
    public async Task A_deferred_length_that_is_what_came_finishes_the_file()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.SendAsync($"POST /files/ HTTP/1.1\n{TusWire.Headers}\nUpload-Defer-Length: 1\n{TusWire.PatchType}\nContent-Length: 3", "abc"u8.ToArray());
        Assert.Equal((201, "3"), (created.Status, created["Upload-Offset"]));
        var last = await TusWire.PatchAsync(server, created["Location"]!, 3, [], "\nUpload-Length: 3");
        Assert.Equal("abc", (await server.SendAsync($"GET {last["Content-Location"]} HTTP/1.1")).Text);
    }

    [Trait("Requirement", "T5")]
    [Fact]
    public async Task Termination_is_204_then_404_and_frees_the_slot()
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 6);
        await TusWire.PatchAsync(server, upload, 0, "abc"u8.ToArray());
        using var running = await server.ConnectAsync();
        await running.SendAsync($"PATCH {upload} HTTP/1.1\n{TusWire.Headers}\n{TusWire.PatchType}\nUpload-Offset: 3\nContent-Length: 3", "d"u8.ToArray());
        Assert.Equal(204, (await server.SendAsync($"DELETE {upload} HTTP/1.1\n{TusWire.Headers}")).Status);
        Assert.Equal(404, (await TusWire.HeadAsync(server, upload)).Status);
        Assert.Equal(404, (await server.SendAsync($"DELETE {upload} HTTP/1.1\n{TusWire.Headers}")).Status);
        Assert.NotEqual(upload, await TusWire.CreateAsync(server, "s/f", 6));
    }
}
