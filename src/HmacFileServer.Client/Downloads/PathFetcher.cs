using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Downloads;

/// <summary>Fetches ranges over one path: every connection is bound to its interface, and can be looked at and cut.</summary>
internal sealed class PathFetcher : IDisposable
{
    private const string Ping = "/ping";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(7);

    private readonly PathCandidate _path;
    private readonly ClientOptions _options;
    private readonly Uri _origin;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();

    /// <param name="path">The path.</param>
    /// <param name="options">Headers, proxies and trust.</param>
    /// <param name="origin">Where the user's headers may go.</param>
    /// <param name="time">The clock.</param>
    public PathFetcher(PathCandidate path, ClientOptions options, Uri origin, TimeProvider time)
    {
        _path = path;
        _options = options;
        _origin = origin;
        _time = time;
        _http = BoundHttp.Create(origin, options, ConnectAsync);
    }

    /// <summary>The server's address at the other end of the last connection; null before the first.</summary>
    public IPAddress? RemoteAddress { get; private set; }

    /// <summary>Asks for a range of a file; the body is not read yet.</summary>
    /// <param name="url">The file.</param>
    /// <param name="range">Null for all of it.</param>
    /// <param name="tag">The file must still be this one, else all of it comes (If-Range).</param>
    /// <param name="cancellation">Ends it, the body included.</param>
    public async Task<HttpResponseMessage> GetAsync(Uri url, Core.Uploads.ByteRange? range, string? tag, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (range is { } bytes)
            request.Headers.Range = new RangeHeaderValue(bytes.Start, bytes.End - 1);
        if (range is not null && tag is not null)
            request.Headers.TryAddWithoutValidation("If-Range", tag);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (RequestText.IsSameOrigin(_origin, url))
        {
            foreach (var (name, value) in _options.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
        }
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Asks for a sign of life, so that a connection is open, and known to lead to the server, before it is needed.</summary>
    /// <param name="url">The file.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task PingAsync(Uri url, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(PingTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, Ping));
        using var response = await _http.SendAsync(request, both.Token);
        if (!ServerRecognition.IsName(response.Headers.Server.ToString()))
            throw new StrangerException();
    }

    /// <summary>What the kernel knows of the connection with the largest round trip; false while there is none.</summary>
    public bool TrySample(out TcpSample sample)
    {
        sample = default;
        var any = false;
        foreach (var socket in _sockets.Keys)
        {
            try
            {
                if (!TcpInfo.TryRead(socket, out var one) || one.Rtt < sample.Rtt)
                    continue;
                (sample, any) = (one, true);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                _sockets.TryRemove(socket, out _);
            }
        }
        return any;
    }

    /// <summary>Resets every connection: nothing more is wanted of them, and the server shall know.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // Its stream has ended it already.
            }
        }
        _sockets.Clear();
    }

    public void Dispose()
    {
        Cut();
        _http.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = _path.Choose(_path.Endpoint is { } endpoint ? [endpoint] : await ServerEndpoint.LookUpAsync(context.DnsEndPoint.Host, _options, cancellation));
        Exception last = new IOException($"{_path.Name} has no route to {context.DnsEndPoint.Host}.");
        foreach (var address in addresses)
        {
            try
            {
                var stream = await BoundHttp.ConnectAsync(_path, address, context.DnsEndPoint.Port, ConnectTimeout, _time, cancellation);
                if (_path.Endpoint is not null && context.InitialRequestMessage.RequestUri is { Scheme: "http" } url)
                    await ProveAsync(stream, new Uri(url, Ping), cancellation);
                _sockets[stream.Socket] = true;
                RemoteAddress = address;
                return stream;
            }
            catch (Exception e)
            {
                cancellation.ThrowIfCancellationRequested();
                last = e;
            }
        }
        throw last;
    }

    /// <summary>
    /// Whoever answers at an address that the server announced must say that it is this product before anything of the download, or of the user, goes there; over TLS
    /// the certificate says so. The answer has no body, and nothing else was asked for, so that the connection is as new behind it.
    /// </summary>
    private async Task ProveAsync(NetworkStream stream, Uri ping, CancellationToken cancellation)
    {
        try
        {
            using var limit = new CancellationTokenSource(ConnectTimeout, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            await stream.WriteAsync(RequestText.Bare("GET", ping), both.Token);
            if (await new ResponseReader(stream).ReadAsync(() => true, both.Token) is not { Status: 204 } answer || !ServerRecognition.IsNamed(answer))
                throw new StrangerException();
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}

/// <summary>Somebody else answers where the server was said to be.</summary>
internal sealed class StrangerException() : Exception("Another server answers there.");
