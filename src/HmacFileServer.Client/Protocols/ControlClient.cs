using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Names;
using HmacFileServer.Client.Paths;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Protocols;

/// <summary>
/// The requests around a transfer: what the server is, making an upload, putting parts together. Each connection is tried over the usable
/// paths in the order of preference, so that these requests too survive a path that is there and leads nowhere.
/// </summary>
internal sealed class ControlClient : IDisposable
{
    private const int MostBody = 256 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly ClientOptions _options;
    private readonly Uri _origin;
    private readonly PathFinder _finder;
    private readonly INetworkMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly ServerNames? _names;
    private readonly HttpClient _http;

    public ControlClient(Uri origin, ClientOptions options, PathFinder finder, INetworkMonitor monitor, TimeProvider time, ServerNames? names = null)
    {
        _names = names;
        _origin = origin;
        _options = options;
        _finder = finder;
        _monitor = monitor;
        _time = time;
        _http = BoundHttp.Create(origin, options, ConnectAsync, mostConnections: 8);
    }

    /// <summary>Sends a request without a body, or with an empty one. Redirects are not followed: they could carry a token elsewhere.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">Where to.</param>
    /// <param name="headers">Beyond the user's own.</param>
    /// <param name="emptyBodyType">The media type of an empty body; null for no body.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<ControlAnswer> SendAsync(string method, Uri url, IReadOnlyList<KeyValuePair<string, string>> headers, string? emptyBodyType, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (emptyBodyType is not null || method == "POST")
        {
            request.Content = new ByteArrayContent([]);
            if (emptyBodyType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", emptyBodyType);
        }
        var common = RequestText.IsSameOrigin(_origin, url) ? _options.Headers : [];
        foreach (var (name, value) in common.Concat(headers))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        using var limit = new CancellationTokenSource(AnswerTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return await ControlAnswer.ReadAsync(url, response, MostBody, both.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw Unreachable(url, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await (_names?.LookUpAsync(host, cancellation) ?? ServerEndpoint.LookUpAsync(host, _options, cancellation));
        if (addresses.Count == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        var found = _finder.Find(_monitor.Current, addresses);
        Exception last = new NoRouteException();
        foreach (var path in found.OrderBy(_finder.Priority))
        {
            foreach (var address in path.Choose(addresses))
            {
                try
                {
                    return await BoundHttp.ConnectAsync(path, address, context.DnsEndPoint.Port, ConnectTimeout, _time, cancellation);
                }
                catch (Exception e) when (e is SocketException or IOException or SocketBindingException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
                {
                    last = e;
                }
            }
        }
        throw last;
    }

    /// <summary>None of the usable interfaces has a route to any of the addresses.</summary>
    private sealed class NoRouteException : IOException;

    private static UploadFailedException Unreachable(Uri url, Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound }:
                    return new UploadFailedException(UploadFailure.UnknownHost, $"The host '{url.Host}' is not known. Check the URL, and that a network is up.", e);
                case NoRouteException:
                    return new UploadFailedException(UploadFailure.NoPath,
                        $"No network leads to {url.Host}. Check that one is up ('hfs interfaces' lists what there is), and that --interface does not leave it out.", e);
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return new UploadFailedException(UploadFailure.NoPath,
                        $"Nothing listens at {url.Host} port {url.Port} (connection refused). Check the URL, and that the server runs.", e);
                case System.Security.Authentication.AuthenticationException:
                    return new UploadFailedException(UploadFailure.Protocol, $"The TLS certificate of {url.Host} is not trusted: {inner.Message} Give --cacert for a private authority.", e);
            }
        }
        return new UploadFailedException(UploadFailure.NoPath, $"The server at {url.Host} port {url.Port} did not answer: {e.Message}", e);
    }
}

/// <summary>An answer to a request around a transfer.</summary>
internal sealed record ControlAnswer(HttpStatusCode Status, Uri? Location, string Body, HttpResponseHeaders Headers)
{
    /// <summary>`Content-Length`, of HEAD too; null without.</summary>
    public long? ContentLength { get; init; }

    /// <summary>The name in `Content-Disposition`; null without.</summary>
    public string? FileName { get; init; }

    /// <summary>`Content-Location`: where what was uploaded can be had.</summary>
    public Uri? ContentLocation { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>A field's value, lines joined with a comma; null if it is absent.</summary>
    public string? Field(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    internal static async Task<ControlAnswer> ReadAsync(Uri url, HttpResponseMessage response, int mostBody, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new byte[mostBody];
        var read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        var location = response.Headers.TryGetValues("Location", out var values) && Uri.TryCreate(url, values.First(), out var at) && at.Scheme is ("http" or "https")
            ? at
            : null;
        return new ControlAnswer(response.StatusCode, location, System.Text.Encoding.UTF8.GetString(body, 0, read), response.Headers)
        {
            ContentLength = response.Content.Headers.ContentLength,
            FileName = response.Content.Headers.ContentDisposition is { } disposition ? disposition.FileNameStar ?? disposition.FileName?.Trim('"') : null,
            ContentLocation = response.Content.Headers.ContentLocation is { } content && Uri.TryCreate(url, content, out var there) ? there : null,
        };
    }
}
