using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing.Storage;

namespace HmacFileServer.Server.Tests.Tus;

/// <summary>The extensions concatenation and concatenation-unfinished.</summary>
public sealed class TusConcatenationTests
{
    private static async Task<string> PartAsync(TestServer server, byte[] bytes, int sent)
    {
        var created = await server.SendAsync($"POST /files/ HTTP/1.1\n{TusWire.Headers}\nUpload-Concat: partial\nUpload-Length: {bytes.Length}\nContent-Length: 0");
        Assert.Equal(201, created.Status);
        Assert.Equal(204, (await TusWire.PatchAsync(server, created["Location"]!, 0, bytes[..sent])).Status);
        return created["Location"]!;
    }

    private static Task<RawResponse> FinalAsync(TestServer server, string parts, string more = "") =>
        server.SendAsync($"POST /files/ HTTP/1.1\n{TusWire.Headers}\nUpload-Concat: final;{parts}\nContent-Length: 0{more}");

    [Trait("Requirement", "T3.4")]
    [Fact]
    public async Task Parts_become_one_file_in_their_order()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(900_000);
        var second = await PartAsync(server, bytes[400_000..], 500_000);
        var first = await PartAsync(server, bytes[..400_000], 400_000);
        var concat = $"{first} http://elsewhere{second}";
        var final = await FinalAsync(server, concat, "\nUpload-Metadata: filename YS5iaW4=");
        Assert.Equal(201, final.Status);
        var head = await TusWire.HeadAsync(server, final["Location"]!);
        Assert.Equal((200, "900000", "900000", $"final;{concat}"), (head.Status, head["Upload-Offset"], head["Upload-Length"], head["Upload-Concat"]));
        Assert.EndsWith("/a.bin", head["Content-Location"]);
        Assert.Equal(bytes, (await server.SendAsync($"GET {head["Content-Location"]} HTTP/1.1")).Body);
        Assert.Equal(404, (await TusWire.HeadAsync(server, first)).Status);
    }

    [Trait("Requirement", "T3.4")]
    [Fact]
    public async Task A_part_says_that_it_is_one_and_never_becomes_a_file()
    {
        await using var server = await TestServer.StartAsync();
        var part = await PartAsync(server, "abc"u8.ToArray(), 3);
        var head = await TusWire.HeadAsync(server, part);
        Assert.Equal(("partial", "3", "3", null), (head["Upload-Concat"], head["Upload-Offset"], head["Upload-Length"], head["Content-Location"]));
    }

    [Fact]
    public async Task A_final_of_unfinished_parts_has_no_offset_until_they_are_whole()
    {
        await using var server = await TestServer.StartAsync();
        var first = await PartAsync(server, "abc"u8.ToArray(), 1);
        var second = await PartAsync(server, "def"u8.ToArray(), 3);
        var final = await FinalAsync(server, $"{first} {second}");
        Assert.Equal(201, final.Status);
        var head = await TusWire.HeadAsync(server, final["Location"]!);
        Assert.Equal((200, null, "6"), (head.Status, head["Upload-Offset"], head["Upload-Length"]));
        Assert.Equal(204, (await TusWire.PatchAsync(server, first, 1, "bc"u8.ToArray())).Status);
        head = await TusWire.HeadAsync(server, final["Location"]!);
        Assert.Equal(("6", "6"), (head["Upload-Offset"], head["Upload-Length"]));
        Assert.Equal("abcdef", (await server.SendAsync($"GET {head["Content-Location"]} HTTP/1.1")).Text);
    }

    [Fact]
    public async Task A_final_goes_on_after_a_restart()
    {
        var store = new InMemoryUploadStore(TimeProvider.System);
        string first, final;
        await using (var server = await TestServer.StartAsync(store))
        {
            first = await PartAsync(server, "abc"u8.ToArray(), 1);
            final = (await FinalAsync(server, first))["Location"]!;
        }
        await using var again = await TestServer.StartAsync(store);
        Assert.Equal(204, (await TusWire.PatchAsync(again, first, 1, "bc"u8.ToArray())).Status);
        var head = await TusWire.HeadAsync(again, final);
        Assert.Equal("abc", (await again.SendAsync($"GET {head["Content-Location"]} HTTP/1.1")).Text);
    }

    [Fact]
    public async Task Who_lost_the_answer_to_a_final_asks_again_and_gets_the_same_upload()
    {
        var store = new InMemoryUploadStore(TimeProvider.System);
        string first, second, final, file;
        await using (var server = await TestServer.StartAsync(store))
        {
            first = await PartAsync(server, "abc"u8.ToArray(), 1);
            second = await PartAsync(server, "def"u8.ToArray(), 3);
            final = (await FinalAsync(server, $"{first} {second}"))["Location"]!;
            var whileUnfinished = await FinalAsync(server, $"{first} {second}");
            Assert.Equal((201, final), (whileUnfinished.Status, whileUnfinished["Location"]));
            Assert.NotEqual(final, (await FinalAsync(server, $"{second} {first}"))["Location"]);

            Assert.Equal(204, (await TusWire.PatchAsync(server, first, 1, "bc"u8.ToArray())).Status);
            file = (await TusWire.HeadAsync(server, final))["Content-Location"]!;
        }
        await using var again = await TestServer.StartAsync(store);
        var afterwards = await FinalAsync(again, $"{first} {second}");
        Assert.Equal((201, final), (afterwards.Status, afterwards["Location"]));
        Assert.Equal(file, (await TusWire.HeadAsync(again, final))["Content-Location"]);
        Assert.DoesNotContain(final[^32..], file); // the file's address is public, the upload's id is not

        Assert.True(await store.DeleteFileAsync(SlotPath.FromDecodedSegments(file.Trim('/').Split('/')[^2..])!, TestContext.Current.CancellationToken));
        Assert.Equal(400, (await FinalAsync(again, $"{first} {second}")).Status);
    }

    [Trait("Requirement", "T4.7")]
    [Fact]
    public async Task A_final_takes_no_bytes()
    {
        await using var server = await TestServer.StartAsync();
        var part = await PartAsync(server, "abc"u8.ToArray(), 1);
        var final = (await FinalAsync(server, part))["Location"]!;
        Assert.Equal(403, (await TusWire.PatchAsync(server, final, 0, "x"u8.ToArray())).Status);
        Assert.Equal(204, (await TusWire.PatchAsync(server, part, 1, "bc"u8.ToArray())).Status);
        await TusWire.HeadAsync(server, final);
        Assert.Equal(403, (await TusWire.PatchAsync(server, final, 3, [])).Status);
    }

    [Theory]
    [InlineData("/uploads/00000000000000000000000000000000", "")]
    [InlineData("nonsense", "")]
    [InlineData("", "")]
    [InlineData("PART", "\nUpload-Length: 3")]
    public async Task A_final_is_refused(string parts, string more)
    {
        await using var server = await TestServer.StartAsync();
        var part = await PartAsync(server, "abc"u8.ToArray(), 3);
        Assert.Equal(400, (await FinalAsync(server, parts.Replace("PART", part, StringComparison.Ordinal), more)).Status);
    }

    [Fact]
    public async Task An_upload_that_is_no_part_cannot_be_made_one()
    {
        await using var server = await TestServer.StartAsync();
        var whole = await TusWire.CreateAsync(server, "s/f", 3);
        Assert.Equal(400, (await FinalAsync(server, whole)).Status);
    }

    [Fact]
    public async Task Parts_that_are_together_too_large_are_413()
    {
        await using var server = await TestServer.StartAsync(maxUploadSize: 100);
        var part = await PartAsync(server, TestServer.Bytes(60), 60);
        Assert.Equal(413, (await FinalAsync(server, $"{part} {part}")).Status);
    }

    [Fact]
    public async Task Empty_parts_make_an_empty_file()
    {
        await using var server = await TestServer.StartAsync();
        var part = await PartAsync(server, [], 0);
        var final = await FinalAsync(server, part);
        var head = await TusWire.HeadAsync(server, final["Location"]!);
        Assert.Equal((200, "0", "0"), (head.Status, head["Upload-Offset"], head["Upload-Length"]));
    }
}
