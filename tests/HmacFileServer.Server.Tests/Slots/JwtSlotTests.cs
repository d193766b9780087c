using System.Globalization;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.BearerTokens;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>A slot whose proof is a token in the header works as one whose proof is in its URL: whole, in pieces, and with every protocol.</summary>
public sealed class JwtSlotTests
{
    private const string Name = "très cool +1 (é)%2F😀.txt";

    private readonly ManualTimeProvider _clock = new();
    private readonly byte[] _bytes = TestServer.Bytes(1000);

    private string Authorization(string with = "", string secret = TestServer.Secret) =>
        $"Authorization: Bearer {HandmadeJwt.Sign(HandmadeJwt.Payload("s1", Name, _bytes.Length, _clock.GetUtcNow(), with: with), secret: secret)}";

    private static string Path => $"/{SlotUrl.EncodePath(TestServer.SlotOf($"s1/{Name}"))}";

    private async Task<RawResponse> PutAsync(TestServer server, string authorization, int from, int to) => await server.SendAsync(
        string.Create(CultureInfo.InvariantCulture, $"PUT {Path} HTTP/1.1\nContent-Type: text/plain\n{authorization}\nContent-Length: {to - from}\nContent-Range: bytes {from}-{to - 1}/{_bytes.Length}"),
        _bytes[from..to]);

    [Theory]
    [InlineData(TestServer.Secret)]
    [InlineData(TestServer.PreviousSecret)]
    public async Task A_whole_put_with_a_token_of_either_secret(string secret)
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var head = $"PUT {Path} HTTP/1.1\nContent-Type: text/plain\nContent-Length: {_bytes.Length}\n{Authorization(secret: secret)}";
        Assert.Equal(201, (await server.SendAsync(head, _bytes)).Status);
        Assert.Equal(409, (await server.SendAsync(head, _bytes)).Status);
        var got = await server.SendAsync($"GET {Path} HTTP/1.1");
        Assert.Equal((200, "text/plain"), (got.Status, got["Content-Type"]));
        Assert.Equal(_bytes, got.Body);
    }

    [Fact]
    public async Task Pieces_head_and_the_view_of_it_need_no_other_proof_and_not_less()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var proof = Authorization();
        var none = await server.SendAsync($"HEAD {Path} HTTP/1.1\nUpload-Length: {_bytes.Length}\n{proof}");
        Assert.Equal((200, "0"), (none.Status, none["Upload-Offset"]));
        Assert.Equal(204, (await PutAsync(server, proof, 0, 300)).Status);
        Assert.Equal(204, (await PutAsync(server, proof, 600, 700)).Status);
        Assert.Equal("300", (await server.SendAsync($"HEAD {Path} HTTP/1.1\n{proof}"))["Upload-Offset"]);
        Assert.Equal(404, (await server.SendAsync($"HEAD {Path} HTTP/1.1")).Status);
        Assert.Contains("\"received_bytes\":400", (await server.SendAsync($"GET {Path} HTTP/1.1\nAccept: application/json\n{proof}")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await server.SendAsync($"GET {Path} HTTP/1.1\nAccept: application/json")).Status);
        Assert.Equal(201, (await PutAsync(server, proof, 200, 1000)).Status);
        var whole = await server.SendAsync($"HEAD {Path} HTTP/1.1\n{proof}");
        Assert.Equal("?1", whole["Upload-Complete"]);
        Assert.Null((await server.SendAsync($"HEAD {Path} HTTP/1.1"))["Upload-Complete"]);
        Assert.Equal(_bytes, await server.ReadFileAsync($"s1/{Name}"));
    }

    [Fact]
    public async Task Tus_creates_on_it_and_goes_on_by_id()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var head = $"POST {Path} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Length: {_bytes.Length}\nContent-Length: 0";
        Assert.Equal(403, (await server.SendAsync(head)).Status);
        var created = await server.SendAsync($"{head}\n{Authorization()}");
        Assert.Equal(201, created.Status);
        var patched = await server.SendAsync(
            $"PATCH {created["Location"]} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Offset: 0\nContent-Type: application/offset+octet-stream\nContent-Length: {_bytes.Length}", _bytes);
        Assert.Equal(204, patched.Status);
        Assert.Equal("text/plain", (await server.Store.FindFileAsync(TestServer.SlotOf($"s1/{Name}"), default))!.ContentType);
    }

    [Theory]
    [InlineData("6")]
    [InlineData("8")]
    public async Task The_draft_creates_on_it_and_goes_on_with_pieces(string interop)
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var proof = Authorization();
        var created = await server.SendAsync(
            $"POST {Path} HTTP/1.1\nUpload-Complete: ?0\nUpload-Length: {_bytes.Length}\nContent-Type: text/plain\nContent-Length: 100\n{proof}", _bytes[..100]);
        Assert.Equal(201, created.Status);
        var appended = await server.SendAsync(
            $"PATCH {created["Location"]} HTTP/1.1\nUpload-Draft-Interop-Version: {interop}\nUpload-Offset: 100\nUpload-Complete: ?0\nContent-Type: application/partial-upload\nContent-Length: 100",
            _bytes[100..200]);
        Assert.Equal(204, appended.Status);
        Assert.Equal(201, (await PutAsync(server, proof, 200, 1000)).Status);
        Assert.Equal(_bytes, await server.ReadFileAsync($"s1/{Name}"));
    }

    [Fact]
    public async Task The_file_ends_when_the_token_says_although_the_server_would_keep_it()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var end = _clock.GetUtcNow() + TimeSpan.FromDays(7);
        var proof = Authorization($",\"expires\":{end.ToUnixTimeSeconds()}");
        Assert.Equal(201, (await PutAsync(server, proof, 0, 1000)).Status);
        Assert.Equal(end, (await server.Store.FindFileAsync(TestServer.SlotOf($"s1/{Name}"), default))!.Expires);
        _clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        var last = await server.SendAsync($"GET {Path} HTTP/1.1");
        Assert.Equal((200, "public, max-age=1, immutable"), (last.Status, last["Cache-Control"]));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(404, (await server.SendAsync($"GET {Path} HTTP/1.1")).Status);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(30, 7)]
    public async Task Of_two_ends_of_a_file_the_earlier_holds(int ttlDays, int days)
    {
        await using var server = await TestServer.StartAsync(clock: _clock, fileTtl: TimeSpan.FromDays(ttlDays));
        var now = _clock.GetUtcNow();
        Assert.Equal(201, (await PutAsync(server, Authorization($",\"expires\":{(now + TimeSpan.FromDays(7)).ToUnixTimeSeconds()}"), 0, 1000)).Status);
        Assert.Equal(now + TimeSpan.FromDays(days), (await server.Store.FindFileAsync(TestServer.SlotOf($"s1/{Name}"), default))!.Expires);
    }

    [Fact]
    public async Task What_we_sign_ourselves_is_a_token_like_any_other()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var issuer = new JwtIssuer(new SlotSecrets(TestServer.Secret));
        var token = issuer.ForSlot("alice", TestServer.SlotOf($"s1/{Name}"), _bytes.Length, "text/plain", _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(1));
        Assert.Equal(201, (await PutAsync(server, $"Authorization: Bearer {token}", 0, 1000)).Status);
    }

    [Fact]
    public async Task No_part_of_a_token_is_ever_logged()
    {
        using var log = new LineLog();
        await using var server = await TestServer.StartAsync(
            clock: _clock, logging: l => l.SetMinimumLevel(LogLevel.Debug).AddProvider(log).AddFilter("Microsoft", LogLevel.Warning));
        var right = Authorization();
        Assert.Equal(403, (await PutAsync(server, right + "x", 0, 1000)).Status);
        Assert.Equal(403, (await PutAsync(server, Authorization(secret: "another one"), 0, 1000)).Status);
        Assert.Equal(201, (await PutAsync(server, right, 0, 1000)).Status);
        Assert.Equal(403, (await server.SendAsync($"POST /files/?access_token={right[22..]} HTTP/1.1\nUpload-Complete: ?1\nContent-Length: 0")).Status);
        Assert.Contains("finished", log.Text, StringComparison.Ordinal);
        foreach (var part in right["Authorization: Bearer ".Length..].Split('.').Append("alice").Append(TestServer.Secret))
            Assert.DoesNotContain(part, log.Text, StringComparison.Ordinal);
    }
}
