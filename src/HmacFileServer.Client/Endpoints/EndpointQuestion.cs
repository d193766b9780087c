using System.Net;
using System.Text;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Client.Endpoints;

/// <summary>Asks our server where it can be reached, over a connection to one of its addresses.</summary>
/// <param name="upload">What is transferred; its scheme, host and port are the server's.</param>
/// <param name="origin">Where the user's headers may go.</param>
/// <param name="options">Headers and trust.</param>
/// <param name="time">The clock.</param>
internal sealed class EndpointQuestion(Uri upload, Uri origin, ClientOptions options, TimeProvider time)
{
    /// <summary>A server that takes longer has other things to do.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private const int MostBody = 256 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public Uri Upload => upload;

    /// <summary>Is told how large the server says that a segment should be at most, by kind of network: what worked best for this device, or its table; null for nobody.</summary>
    public Action<IReadOnlyDictionary<InterfaceType, long>>? Advised { get; init; }

    /// <summary>What the server announces; empty if it announces nothing.</summary>
    /// <param name="http">Leads to it.</param>
    /// <param name="route">The path that <paramref name="http"/> takes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended, or the answer took too long.</exception>
    public async Task<IReadOnlyList<AnnouncedEndpoint>> AskAsync(HttpClient http, EndpointRoute route, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var request = Request(new Uri(upload, "/.well-known/hmac-file-server"), "application/json");
        if (RequestText.IsSameOrigin(origin, upload))
            request.Headers.TryAddWithoutValidation(RequestText.ClientNetworkName, RequestText.ClientNetworkValue(route.Path.InterfaceName, route.Path.Type, options.DeviceId));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
        if (response.StatusCode != HttpStatusCode.OK)
            return [];
        await using var body = await response.Content.ReadAsStreamAsync(both.Token);
        var text = new byte[MostBody];
        var read = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, both.Token);
        var said = Encoding.UTF8.GetString(text, 0, read);
        Advised?.Invoke(ChunkAdvice.Read(said));
        return EndpointList.Read(said, upload);
    }

    public HttpRequestMessage Request(Uri url, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (RequestText.IsSameOrigin(origin, url))
        {
            foreach (var (name, value) in options.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    /// <summary>The name in the URL is what the certificate must be for, wherever the connection leads.</summary>
    public HttpClient Http(EndpointRoute route) => BoundHttp.Create(origin, options, async (context, cancellation) =>
        await BoundHttp.ConnectAsync(route.Path, route.Address, context.DnsEndPoint.Port, ConnectTimeout, time, cancellation));
}
