using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Downloads;

/// <summary>What whoever answers at an announced address is told.</summary>
public sealed class PathFetcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("204 No Content\r\nServer: other", false)]
    [InlineData("200 OK\r\nServer: hmac-file-server\r\nContent-Length: 0", false)]
    [InlineData("204 No Content\r\nServer: hmac-file-server", true)]
    public async Task A_range_is_asked_for_only_where_the_server_has_said_its_name(string answer, bool isAsked)
    {
        using var listener = new TcpListener(LoopbackAddress.Next(), 0);
        listener.Start();
        var at = (IPEndPoint)listener.LocalEndpoint;
        var serving = AnswerAsync(listener, answer);
        var url = new Uri($"http://server.test:{at.Port}/secret/f.bin");
        var options = new ClientOptions { Headers = [new("Authorization", "Bearer of secrets")] };
        var path = new PathCandidate("lo", InterfaceType.Loopback, null).Toward(at.Address);
        using (var fetcher = new PathFetcher(path, options, url, TimeProvider.System))
        {
            var failure = await Assert.ThrowsAsync<HttpRequestException>(() => fetcher.GetAsync(url, new ByteRange(0, 10), "\"tag\"", CancellationToken.None)).WaitAsync(Patience);
            Assert.Equal(!isAsked, failure.InnerException is StrangerException);
        }
        var heard = await serving.WaitAsync(Patience);
        Assert.StartsWith($"GET /ping HTTP/1.1\r\nHost: server.test:{at.Port}\r\n\r\n", heard, StringComparison.Ordinal);
        Assert.Equal(isAsked, heard.Contains("GET /secret/f.bin", StringComparison.Ordinal));
        Assert.Equal(isAsked, heard.Contains("Bearer of secrets", StringComparison.Ordinal));
    }

    /// <summary>Answers the first request so, and ends the connection at the second.</summary>
    private static async Task<string> AnswerAsync(TcpListener listener, string answer)
    {
        using var socket = await listener.AcceptSocketAsync();
        var (heard, buffer) = (new StringBuilder(), new byte[8192]);
        heard.Append(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\n\r\n"));
        heard.Append(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
        return heard.ToString();
    }
}
