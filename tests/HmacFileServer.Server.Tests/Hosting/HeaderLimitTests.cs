using System.Net;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Hosting;

/// <summary>What a request's head may cost, as configured; and whose word about the client counts.</summary>
public sealed class HeaderLimitTests
{
    private static Task<TestServer> StartAsync() => TestServer.StartAsync(connections: new ConnectionLimits(0, 0, TimeSpan.Zero)
    {
        MaxRequestLineSize = 1024,
        MaxHeadersSize = 2048,
        MaxHeaders = 20,
        HeadersTimeout = TimeSpan.FromSeconds(2),
    });

    [Theory]
    [InlineData(200, 10, 10, 404)]
    [InlineData(1100, 1, 10, 414)]
    [InlineData(10, 3, 700, 431)]
    [InlineData(10, 30, 10, 431)]
    public async Task A_head_that_is_larger_than_configured_is_refused(int line, int headers, int each, int status)
    {
        await using var server = await StartAsync();
        var head = $"GET /{new string('a', line)} HTTP/1.1\n" + string.Join('\n', Enumerable.Range(0, headers).Select(i => $"X-{i}: {new string('v', each)}"));
        Assert.Equal(status, (await server.SendAsync(head)).Status);
    }

    [Fact]
    public async Task A_head_that_does_not_come_to_its_end_is_given_up()
    {
        await using var server = await StartAsync();
        using var loris = await server.ConnectAsync();
        await loris.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\n"u8.ToArray());
        await loris.WaitForEndAsync(); // by the server: this client would wait for ever
    }

    [Theory]
    [InlineData("127.0.0.0/8", "https")]
    [InlineData("198.18.0.0/15", "http")]
    public async Task What_a_proxy_says_of_the_client_counts_only_if_it_is_trusted(string trusted, string scheme)
    {
        await using var server = await TestServer.StartAsync(trustedProxies: IPNetwork.Parse(trusted));
        var answer = await server.SendAsync($"PUT {server.Slot("s/f", 1)} HTTP/1.1\nContent-Length: 1\nX-Forwarded-Proto: https\nX-Forwarded-For: 203.0.113.7", "x"u8.ToArray());
        Assert.Equal($"{scheme}://test/s/f\n", answer.Text);
    }

    [Fact]
    public async Task Without_trusted_proxies_nobody_is_believed()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync($"PUT {server.Slot("s/f", 1)} HTTP/1.1\nContent-Length: 1\nX-Forwarded-Proto: https", "x"u8.ToArray());
        Assert.Equal("http://test/s/f\n", answer.Text);
    }
}
