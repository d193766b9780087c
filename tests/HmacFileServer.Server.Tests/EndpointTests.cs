using System.Text.Json;
using HmacFileServer.Server.Tests.Wire;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests;

/// <summary>What is neither a slot nor an upload.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task Ping_is_204_and_empty()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync("GET /ping HTTP/1.1");
        Assert.Equal((204, "hmac-file-server"), (answer.Status, answer["Server"]));
    }

    [Theory]
    [InlineData("/health/live", "live\n")]
    [InlineData("/health/ready", "ready\n")]
    public async Task Health_is_told(string path, string text)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"GET {path} HTTP/1.1");
        Assert.Equal((200, text), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task The_server_says_what_it_is()
    {
        await using var server = await TestServer.StartAsync(basePath: "/upload/", maxUploadSize: 1000);
        var answer = await server.SendAsync("GET /.well-known/hmac-file-server HTTP/1.1");
        Assert.Equal(200, answer.Status);
        var json = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal("HMAC File Server", json.GetProperty("product").GetString());
        Assert.Equal("/upload/", json.GetProperty("base_path").GetString());
        Assert.Equal(1016, json.GetProperty("limits").GetProperty("max_upload_size").GetInt64());
        Assert.Equal("http://test/upload/", json.GetProperty("endpoints")[0].GetProperty("url").GetString());
        Assert.Equal(10 * 1024 * 1024, json.GetProperty("chunk_sizes").GetProperty("ethernet").GetInt64());
    }

    [Theory]
    [InlineData("/s/f")]
    [InlineData("/uploads/00000000000000000000000000000000")]
    [InlineData("*")]
    public async Task Preflight_allows_every_protocol(string target)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"OPTIONS {target} HTTP/1.1\nOrigin: https://x.example\nAccess-Control-Request-Method: PUT");
        Assert.Equal((204, "*", "OPTIONS, HEAD, GET, PUT, PATCH, POST, DELETE"),
            (answer.Status, answer["Access-Control-Allow-Origin"], answer["Access-Control-Allow-Methods"]));
        foreach (var header in new[] { "Content-Range", "Client-Network", "Tus-Resumable", "Upload-Complete" })
            Assert.Contains(header, answer["Access-Control-Allow-Headers"], StringComparison.Ordinal);
        foreach (var header in new[] { "Upload-Offset", "Upload-Received", "Location" })
            Assert.Contains(header, answer["Access-Control-Expose-Headers"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_can_be_read_by_web_pages_too()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("*", (await server.SendAsync("GET /none HTTP/1.1\nOrigin: https://x.example"))["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task No_signature_secret_name_or_full_id_is_ever_logged()
    {
        var log = new LineLog();
        await using var server = await TestServer.StartAsync(logging: l => l.SetMinimumLevel(LogLevel.Debug).AddProvider(log).AddFilter("Microsoft", LogLevel.Warning));
        var target = server.Slot("s/private-name", 3);
        await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 2\nContent-Range: bytes 0-1/3", "ab"u8.ToArray());
        var id = JsonDocument.Parse((await server.SendAsync($"GET {target} HTTP/1.1\nAccept: application/json")).Text).RootElement.GetProperty("id").GetString()!;
        server.Memory.Before = operation =>
        {
            if (operation == HmacFileServer.Testing.Storage.StoreOperation.Write)
                throw new InvalidOperationException("a fault that nobody foresaw");
        };
        Assert.Equal(500, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1\nContent-Range: bytes 2-2/3", "c"u8.ToArray())).Status);
        server.Memory.Before = null;
        Assert.Equal(201, (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 1\nContent-Range: bytes 2-2/3", "c"u8.ToArray())).Status);

        var text = log.Text;
        Assert.Contains("finished", text, StringComparison.Ordinal);
        Assert.Contains("a fault that nobody foresaw", text, StringComparison.Ordinal);
        foreach (var secret in new[] { target[(target.IndexOf('=', StringComparison.Ordinal) + 1)..], TestServer.Secret, "private-name", id })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }
}
