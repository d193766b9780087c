using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Http2;

/// <summary>A client that speaks HTTP/2 and nothing else, over one connection, and counts how many it opened.</summary>
internal sealed class Http2Client : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _http;
    private int _connections;

    public Http2Client(TestServer server, TestCertificate certificate)
    {
        _handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == certificate.Hash,
            },
            ConnectCallback = async (_, cancellation) =>
            {
                Interlocked.Increment(ref _connections);
                var connection = await server.ConnectAsync();
                cancellation.ThrowIfCancellationRequested();
                return new System.Net.Sockets.NetworkStream(connection.Socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(_handler)
        {
            BaseAddress = new Uri($"https://localhost:{server.EndPoint.Port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public int Connections => Volatile.Read(ref _connections);

    public Task<HttpResponseMessage> PutAsync(string target, HttpContent body) => SendAsync(HttpMethod.Put, target, body);

    /// <summary>A segment of a file of so many bytes.</summary>
    public Task<HttpResponseMessage> PutSegmentAsync(string target, HttpContent body, int start, int end, int total)
    {
        body.Headers.ContentLength = end - start;
        body.Headers.ContentRange = new ContentRangeHeaderValue(start, end - 1, total);
        return SendAsync(HttpMethod.Put, target, body);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, target) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>What the server says it holds.</summary>
    public async Task<long> HeadAsync(string target)
    {
        using var answer = await SendAsync(HttpMethod.Head, target);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }
}
