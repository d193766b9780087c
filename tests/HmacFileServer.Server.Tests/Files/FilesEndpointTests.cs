using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Server.BearerTokens;
using HmacFileServer.Server.Tests.Slots;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Files;

/// <summary>`/files/`: who may create there, and what the files are called.</summary>
public sealed class FilesEndpointTests
{
    private const string Create = "Tus-Resumable: 1.0.0\nUpload-Length: 3\nContent-Type: application/offset+octet-stream\nContent-Length: 3";

    private static async Task<string?> NameAsync(TestServer server, string metadata)
    {
        var created = await server.SendAsync($"POST /files/ HTTP/1.1\nAuthorization: Bearer {TestServer.Token}\n{Create}\nUpload-Metadata: {metadata}", "abc"u8.ToArray());
        Assert.Equal(201, created.Status);
        return (await server.SendAsync($"HEAD {created["Location"]} HTTP/1.1\nTus-Resumable: 1.0.0"))["Content-Location"];
    }

    [Theory]
    [InlineData("/files/", "", 401)]
    [InlineData("/files/", "\nAuthorization: Basic YTpi", 401)]
    [InlineData("/files/", "\nAuthorization: Bearer a token of the test", 403)]
    [InlineData("/files/", "\nAuthorization: Bearer", 401)]
    [InlineData("/files/", "\nAuthorization: Bearer a token of the tests", 201)]
    [InlineData("/files/?access_token=a%20token%20of%20the%20tests", "", 201)]
    [InlineData("/files/?x=1&access_token=wrong", "", 403)]
    [InlineData("/files/?access_token=a%20token%20of%20the%20tests&access_token=wrong", "", 403)]
    public async Task Creation_asks_for_a_token(string path, string headers, int status)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"POST {path} HTTP/1.1\n{Create}{headers}", "abc"u8.ToArray());
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 401 ? "Bearer" : null, answer["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("\"scope\":\"upload\"", JwtUse.Accepted, 201)]
    [InlineData("\"scope\":\"upload\"", JwtUse.Only, 201)]
    [InlineData("\"scope\":\"profile upload\"", JwtUse.Accepted, 201)]
    [InlineData("\"scope\":\"upload\"", JwtUse.Off, 403)]
    [InlineData("\"scope\":\"uploads\"", JwtUse.Accepted, 403)]
    [InlineData("\"scope\":[\"upload\"]", JwtUse.Accepted, 403)]
    [InlineData("\"slot\":\"s\",\"filename\":\"f\",\"filesize\":3,\"filetype\":\"text/plain\"", JwtUse.Accepted, 403)] // a slot's token
    [InlineData("\"scope\":\"upload\",\"expires\":1", JwtUse.Accepted, 403)]
    public async Task A_signed_token_is_good_if_uploads_are_its_purpose(string claims, JwtUse use, int status)
    {
        var clock = new ManualTimeProvider();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await using var server = await TestServer.StartAsync(clock: clock, jwt: use);
        var token = HandmadeJwt.Sign($$"""{"sub":"alice","iat":{{now}},"exp":{{now + 60}},{{claims}}}""");
        Assert.Equal(status, (await server.SendAsync($"POST /files/ HTTP/1.1\n{Create}\nAuthorization: Bearer {token}", "abc"u8.ToArray())).Status);
        Assert.Equal(status, (await server.SendAsync($"POST /files/?access_token={token} HTTP/1.1\n{Create}", "abc"u8.ToArray())).Status);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(403, (await server.SendAsync($"POST /files/ HTTP/1.1\n{Create}\nAuthorization: Bearer {token}", "abc"u8.ToArray())).Status);
    }

    [Fact]
    public async Task What_we_sign_ourselves_opens_it_and_no_slot()
    {
        var clock = new ManualTimeProvider();
        await using var server = await TestServer.StartAsync(clock: clock);
        var token = new JwtIssuer(new SlotSecrets(TestServer.Secret)).ForFiles("alice", clock.GetUtcNow(), clock.GetUtcNow().AddHours(1));
        var resumable = $"POST /files/ HTTP/1.1\nUpload-Complete: ?1\nContent-Length: 3\nAuthorization: Bearer {token}";
        Assert.Equal(201, (await server.SendAsync(resumable, "abc"u8.ToArray())).Status);
        Assert.Equal(403, (await server.SendAsync($"PUT /s/f HTTP/1.1\nContent-Length: 3\nAuthorization: Bearer {token}", "abc"u8.ToArray())).Status);
    }

    [Fact]
    public async Task A_file_ends_when_its_token_says()
    {
        var clock = new ManualTimeProvider();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await using var server = await TestServer.StartAsync(clock: clock);
        var token = HandmadeJwt.Sign($$"""{"sub":"alice","iat":{{now}},"exp":{{now + 60}},"scope":"upload","expires":{{now + 3600}}}""");
        var created = await server.SendAsync($"POST /files/ HTTP/1.1\nAuthorization: Bearer {token}\n{Create}", "abc"u8.ToArray());
        var file = (await server.SendAsync($"HEAD {created["Location"]} HTTP/1.1\nTus-Resumable: 1.0.0"))["Content-Location"];
        Assert.Equal(200, (await server.SendAsync($"GET {file} HTTP/1.1")).Status);
        clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await server.SendAsync($"GET {file} HTTP/1.1")).Status);
    }

    [Fact]
    public async Task Without_a_token_in_a_laboratory_and_loudly()
    {
        using var log = new LineLog();
        await using var server = await TestServer.StartAsync(anonymous: true, logging: l => l.AddProvider(log));
        Assert.Equal(201, (await server.SendAsync($"POST /files/ HTTP/1.1\n{Create}", "abc"u8.ToArray())).Status);
        Assert.Contains("allow_anonymous", (await server.SendAsync("GET /health/ready HTTP/1.1")).Text, StringComparison.Ordinal);
        Assert.Contains("EVERYBODY", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Otherwise_nobody_is_warned()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("ready\n", (await server.SendAsync("GET /health/ready HTTP/1.1")).Text);
    }

    [Theory]
    [InlineData("Zm90byAxLmpwZw==", "foto%201.jpg")]
    [InlineData("Li4vLi4vZXRjL3Bhc3N3ZA==", "passwd")]
    [InlineData("Li4=", "file")]
    [InlineData("YQBi", "file")]
    [InlineData("Qzpcd2luXGEuZXhl", "a.exe")]
    [InlineData("", "file")]
    public async Task A_file_keeps_its_name_in_a_folder_that_nobody_guesses(string base64, string name)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Matches($"^/[0-9a-f]{{32}}/{name}$", await NameAsync(server, $"filename {base64}"));
    }

    [Fact]
    public async Task Nothing_is_read_there()
    {
        await using var server = await TestServer.StartAsync(anonymous: true);
        Assert.Equal(405, (await server.SendAsync("GET /files/ HTTP/1.1")).Status);
    }
}
