using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>Tokens that must not open a slot, each with its row of the error table and no session left behind.</summary>
public sealed class JwtRefusalTests
{
    private const string Claims = """ "sub":"a@b","iat":NOW,"exp":LATER,"slot":"s","filename":"f","filesize":3,"filetype":"text/plain" """;

    private readonly ManualTimeProvider _clock = new();

    private static async Task<RawResponse> PutAsync(TestServer server, string? authorization, string path = "/s/f", string type = "\nContent-Type: text/plain", int count = 3)
    {
        var header = authorization is null ? "" : $"\nAuthorization: {authorization}";
        return await server.SendAsync($"PUT {path} HTTP/1.1\nContent-Length: {count}{type}{header}", "abcdefgh"u8[..count].ToArray());
    }

    private string Fill(string claims) => claims
        .Replace("FUTURE", At(TimeSpan.FromDays(1)), StringComparison.Ordinal)
        .Replace("LATER", At(TimeSpan.FromMinutes(5)), StringComparison.Ordinal)
        .Replace("PAST", At(TimeSpan.FromMinutes(-1)), StringComparison.Ordinal)
        .Replace("NOW", At(TimeSpan.Zero), StringComparison.Ordinal);

    private string At(TimeSpan from) => (_clock.GetUtcNow() + from).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private string Token(string claims = Claims, string header = HandmadeJwt.Header, string secret = TestServer.Secret) =>
        HandmadeJwt.Sign($"{{{Fill(claims)}}}", header, secret);

    private async Task RefusedAsync(string token, int status, string word)
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var answer = await PutAsync(server, $"Bearer {token}");
        Assert.Equal(status, answer.Status);
        Assert.Contains(word, answer.Text, StringComparison.Ordinal);
        await foreach (var _ in server.Store.ListUploadsAsync(default))
            Assert.Fail("a session was made");
    }

    [Fact]
    public async Task The_same_token_without_a_fault_is_accepted()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        Assert.Equal(201, (await PutAsync(server, $"Bearer {Token()}")).Status);
    }

    [Theory]
    [InlineData("\"slot\":\"s\"", "\"slot\":\"t\"")] // another slot
    [InlineData("\"slot\":\"s\"", "\"slot\":\"S\"")]
    [InlineData("\"slot\":\"s\"", "\"slot\":\"s/\"")]
    [InlineData("\"filename\":\"f\"", "\"filename\":\"g\"")] // another name
    [InlineData("\"filename\":\"f\"", "\"filename\":\"f\\u0000\"")]
    [InlineData("\"filesize\":3", "\"filesize\":4")] // another length
    [InlineData("\"filesize\":3", "\"filesize\":\"3\"")] // wrong types
    [InlineData("\"filesize\":3", "\"filesize\":3.5")]
    [InlineData("\"filesize\":3", "\"filesize\":-3")]
    [InlineData("\"filesize\":3", "\"filesize\":1e400")]
    [InlineData("\"filesize\":3", "\"filesize\":null")]
    [InlineData("\"filesize\":3", "\"filesize\":[3]")]
    [InlineData("\"filetype\":\"text/plain\"", "\"filetype\":\"image/png\"")] // another type
    [InlineData("\"filetype\":\"text/plain\"", "\"filetype\":7")]
    [InlineData("\"slot\":\"s\"", "\"slot\":[\"s\"]")]
    [InlineData("\"sub\":\"a@b\"", "\"sub\":1")]
    [InlineData("\"exp\":LATER", "\"exp\":\"LATER\"")]
    [InlineData("\"exp\":LATER", "\"exp\":99999999999999999999")]
    [InlineData("\"exp\":LATER", "\"exp\":true")]
    [InlineData("\"iat\":NOW", "\"iat\":{}")]
    [InlineData("\"exp\":LATER,", "")] // missing
    [InlineData("\"iat\":NOW,", "")]
    [InlineData("\"sub\":\"a@b\",", "")]
    [InlineData("\"slot\":\"s\",", "")]
    [InlineData("\"filename\":\"f\",", "")]
    [InlineData("\"filesize\":3,", "")]
    [InlineData(",\"filetype\":\"text/plain\"", "")]
    [InlineData("\"iat\":NOW", "\"iat\":FUTURE")] // from the future
    [InlineData("\"iat\":NOW", "\"iat\":NOW,\"nbf\":FUTURE")]
    [InlineData("\"filesize\":3", "\"filesize\":9,\"filesize\":3")] // said twice
    [InlineData("\"filesize\":3", "\"filesize\":3,\"filesize\":3")]
    [InlineData("\"slot\":\"s\"", "\"slot\":\"t\",\"sl\\u006ft\":\"s\"")]
    [InlineData("\"exp\":LATER", "\"exp\":PAST,\"exp\":LATER")]
    [InlineData("\"sub\":\"a@b\"", "\"sub\":\"\\ud83d\"")] // half a character
    [InlineData("\"iat\":NOW", "\"iat\":NOW,\"\\ud83d\":1")]
    [InlineData("\"iat\":NOW", "\"iat\":NOW,\"x\":{\"\\ud83d\":1,\"\\ud83d\":1}")]
    [InlineData("\"iat\":NOW", "\"iat\":NOW,\"x\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}")] // deep
    [InlineData("\"sub\":\"a@b\"", "\"sub\":\"a@b\"}{")] // more than one object
    [InlineData("\"expires\"", "\"expires\"")]
    public async Task A_claim_that_is_not_right_is_refused(string right, string wrong)
    {
        var claims = right == wrong ? Claims + ",\"expires\":\"FUTURE\"" : Claims.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Claims, claims);
        await RefusedAsync(Token(claims), 403, "does not match");
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("expires")]
    public async Task A_token_or_file_whose_time_is_over_begins_nothing(string claim) => await RefusedAsync(
        Token(claim == "exp" ? Claims.Replace("LATER", "PAST", StringComparison.Ordinal) : Claims + ",\"expires\":PAST"), 403, "expired");

    [Fact]
    public async Task It_ends_at_its_second_and_lets_an_upload_go_on_that_began_in_time()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        var token = Token();
        Assert.Equal(204, (await server.SendAsync($"PUT /s/f HTTP/1.1\nContent-Length: 1\nContent-Range: bytes 0-0/3\nAuthorization: Bearer {token}", "a"u8.ToArray())).Status);
        var other = Token(Claims.Replace("\"slot\":\"s\"", "\"slot\":\"t\"", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(403, (await PutAsync(server, $"Bearer {other}", "/t/f")).Status);
        Assert.Equal(201, (await server.SendAsync($"PUT /s/f HTTP/1.1\nContent-Length: 2\nContent-Range: bytes 1-2/3\nAuthorization: Bearer {token}", "bc"u8.ToArray())).Status);
        Assert.Equal(403, (await PutAsync(server, $"Bearer {token}")).Status);
        Assert.Equal("abc"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Theory]
    [InlineData("""{"typ":"JWT","alg":"none"}""")]
    [InlineData("""{"typ":"JWT","alg":"None"}""")]
    [InlineData("""{"typ":"JWT","alg":"hs256"}""")]
    [InlineData("""{"typ":"JWT","alg":"HS512"}""")]
    [InlineData("""{"typ":"JWT","alg":"RS256"}""")] // a public key taken for a secret
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"typ":"JWT","alg":["HS256"]}""")]
    [InlineData("""{"typ":"JWT","alg":"none","alg":"HS256"}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","alg":"HS256"}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","crit":["exp"]}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","zip":"DEF"}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","b64":false}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256","cty":"JWT"}""")]
    [InlineData("""{"typ":"JWE","alg":"HS256"}""")]
    [InlineData("[]")]
    [InlineData("HS256")]
    public Task A_header_that_is_not_right_is_refused_although_the_signature_is(string header) => RefusedAsync(Token(header: header), 403, "does not match");

    [Fact]
    public Task The_none_algorithm_without_a_signature_is_refused() =>
        RefusedAsync($"{HandmadeJwt.Encode("""{"typ":"JWT","alg":"none"}""")}.{HandmadeJwt.Encode($"{{{Fill(Claims)}}}")}.", 403, "does not match");

    [Fact]
    public async Task A_signature_of_another_algorithm_with_the_same_secret_is_refused()
    {
        foreach (var header in (string[])[HandmadeJwt.Header, """{"typ":"JWT","alg":"HS512"}"""])
        {
            var text = $"{HandmadeJwt.Encode(header)}.{HandmadeJwt.Encode($"{{{Fill(Claims)}}}")}";
            var mac = HMACSHA512.HashData(Encoding.UTF8.GetBytes(TestServer.Secret), Encoding.ASCII.GetBytes(text));
            await RefusedAsync($"{text}.{Base64Url.EncodeToString(mac)}", 403, "does not match");
            await RefusedAsync($"{text}.{Base64Url.EncodeToString(mac.AsSpan(0, 32))}", 403, "does not match");
        }
    }

    [Fact]
    public async Task Neither_another_secret_nor_a_changed_part_is_accepted()
    {
        var parts = Token().Split('.');
        await RefusedAsync(Token(secret: "a secret of somebody"), 403, "does not match");
        await RefusedAsync($"{parts[0]}.{parts[1]}", 403, "does not match");
        await RefusedAsync($"{parts[0]}.{parts[1]}.", 403, "does not match");
        await RefusedAsync($"{parts[0]}.{parts[1]}.{parts[2]}.", 403, "does not match");
        await RefusedAsync($"{parts[0]}.{parts[1]}.{parts[2][..^4]}", 403, "does not match");
        await RefusedAsync($"{parts[0]}.{parts[1]}.{parts[2]}=", 403, "does not match");
        await RefusedAsync($"{parts[0]}..{parts[2]}", 403, "does not match");
        await RefusedAsync($"{parts[0]}.{HandmadeJwt.Encode($"{{{Fill(Claims)} }}")}.{parts[2]}", 403, "does not match");
    }

    [Fact]
    public Task A_huge_token_is_refused_unread() => RefusedAsync(Token(Claims + $",\"x\":\"{new string('x', 9000)}\""), 403, "does not match");

    [Theory]
    [InlineData(null, JwtUse.Accepted, 403)] // perhaps a signed URL was meant
    [InlineData(null, JwtUse.Only, 401)]
    [InlineData("Bearer", JwtUse.Accepted, 401)]
    [InlineData("Bearer ", JwtUse.Only, 401)]
    [InlineData("Basic YTpi", JwtUse.Accepted, 401)]
    [InlineData("Bearer", JwtUse.Off, 403)]
    [InlineData("Bearer TOKEN", JwtUse.Off, 403)]
    [InlineData("bearer TOKEN", JwtUse.Only, 201)]
    [InlineData("Bearer TOKEN\nAuthorization: Bearer TOKEN", JwtUse.Accepted, 403)]
    [InlineData("Basic YTpi\nAuthorization: Bearer TOKEN", JwtUse.Accepted, 403)]
    public async Task A_missing_token_is_401_where_tokens_are_meant_and_asks_for_one(string? authorization, JwtUse use, int status)
    {
        await using var server = await TestServer.StartAsync(clock: _clock, jwt: use);
        var answer = await PutAsync(server, authorization?.Replace("TOKEN", Token(), StringComparison.Ordinal));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 401 ? "Bearer" : null, answer["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("Bearer a.b.c", JwtUse.Accepted, 403)] // a wrong stronger one is not saved by a right weaker one
    [InlineData("Bearer an API token", JwtUse.Accepted, 201)] // clients send the same headers everywhere
    [InlineData("Bearer an API token", JwtUse.Only, 403)]
    [InlineData("Basic YTpi", JwtUse.Accepted, 201)] // which proves nothing and is not meant for us
    [InlineData("Bearer nonsense", JwtUse.Off, 201)]
    [InlineData(null, JwtUse.Only, 401)]
    [InlineData(null, JwtUse.Accepted, 201)]
    public async Task Beside_a_signed_url(string? authorization, JwtUse use, int status)
    {
        await using var server = await TestServer.StartAsync(clock: _clock, jwt: use);
        Assert.Equal(status, (await PutAsync(server, authorization, server.Slot("s/f", 3))).Status);
    }

    [Theory]
    [InlineData("/s")]
    [InlineData("/s/f/f")]
    [InlineData("/s/s/f")]
    [InlineData("/f/s")]
    [InlineData("/files/")]
    public async Task It_is_good_for_its_own_path_only(string path)
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        Assert.InRange((await PutAsync(server, $"Bearer {Token()}", path)).Status, 403, 405);
    }

    [Theory]
    [InlineData("", 201)]
    [InlineData("\nContent-Type: text/plain", 201)]
    [InlineData("\nContent-Type: TEXT/plain; charset=utf-8", 201)]
    [InlineData("\nContent-Type: text/html", 403)]
    [InlineData("\nContent-Type: application/octet-stream", 403)]
    public async Task The_type_of_the_request_may_be_left_out_but_not_be_another(string type, int status)
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        Assert.Equal(status, (await PutAsync(server, $"Bearer {Token()}", type: type)).Status);
        if (status == 201)
            Assert.Equal("text/plain", (await server.Store.FindFileAsync(TestServer.SlotOf("s/f"), default))!.ContentType);
    }

    [Fact]
    public async Task Another_length_is_refused_whole_or_in_pieces()
    {
        await using var server = await TestServer.StartAsync(clock: _clock);
        Assert.Equal(403, (await PutAsync(server, $"Bearer {Token()}", count: 4)).Status);
        Assert.Equal(403, (await PutAsync(server, $"Bearer {Token()}", type: "\nContent-Range: bytes 0-2/4")).Status);
    }
}
