using System.Net;
using System.Net.Sockets;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;

namespace HmacFileServer.Client.Endpoints;

/// <summary>
/// Asks our server for its addresses, and listens to the events of a running upload for changes of them: one small connection beside the upload's own, if
/// it can be had to another address of the server than the upload uses, so that the fall of that one is told. Started, ended and awaited by the upload's run.
/// </summary>
/// <param name="upload">The upload's URL; its events are asked for there.</param>
/// <param name="origin">Where the user's headers may go.</param>
/// <param name="options">Headers and trust.</param>
/// <param name="time">The clock.</param>
/// <param name="routes">The connections that are known to lead to the server, the best for this purpose first.</param>
/// <param name="told">Is given what the server announced, and the address that it said it at.</param>
internal sealed class EndpointFollower(
    Uri upload, Uri origin, ClientOptions options, TimeProvider time, Func<CancellationToken, Task<IReadOnlyList<EndpointRoute>>> routes, Action<IReadOnlyList<AnnouncedEndpoint>, IPAddress, string> told)
{
    private const int MostBody = 256 * 1024;
    private const int MostRefusals = 5;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The standby to a newly announced address is open by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a better route for the events is looked for.</summary>
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(2);

    /// <summary>The server sends a heartbeat every 15 s: two that are missing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(40);

    private int _refusals;
    private bool _hasSettled;
    private bool _isMoving;

    /// <summary>Runs until it is cancelled, or the server has nothing to follow.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested && _refusals < MostRefusals)
        {
            var began = time.GetTimestamp();
            try
            {
                if (await routes(cancellation) is [var route, ..] && !await FollowAsync(route, cancellation))
                    return;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                if (!_isMoving)
                    options.Trace?.Invoke(TimeSpan.Zero, $"the server's events: {e.Message}");
            }
            pause = time.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
            if (_isMoving)
            {
                _isMoving = false;
                continue;
            }
            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Asks, and listens. False if the server announces no address of its own: then there is nothing to follow.</summary>
    private async Task<bool> FollowAsync(EndpointRoute route, CancellationToken cancellation)
    {
        using (var asking = Http(route))
        {
            var list = await AskAsync(asking, cancellation);
            if (list.All(e => e.Interface is null))
                return false;
            told(list, route.Address, "the server is asked");
        }
        if (!_hasSettled)
            await Task.Delay(Settling, time, cancellation);
        _hasSettled = true;
        var listening = await routes(cancellation) is [var best, ..] ? best : route;
        using var http = Http(listening);
        await ListenAsync(http, listening, cancellation);
        return true;
    }

    private async Task<IReadOnlyList<AnnouncedEndpoint>> AskAsync(HttpClient http, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var request = Request(new Uri(upload, "/.well-known/hmac-file-server"), "application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
        if (response.StatusCode != HttpStatusCode.OK)
            return [];
        await using var body = await response.Content.ReadAsStreamAsync(both.Token);
        var text = new byte[MostBody];
        var read = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, both.Token);
        return EndpointList.Read(System.Text.Encoding.UTF8.GetString(text, 0, read), upload);
    }

    private async Task ListenAsync(HttpClient http, EndpointRoute route, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var silence = time.CreateTimer(_ => ending.Cancel(), null, AnswerTimeout, Timeout.InfiniteTimeSpan);
        using var request = Request(upload, "text/event-stream;events=switch");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending.Token);
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            _refusals++; // not begun at the server yet, or over already, or too many listen
            return;
        }
        _refusals = 0;
        silence.Change(Silence, Timeout.InfiniteTimeSpan);
        await using var body = await response.Content.ReadAsStreamAsync(ending.Token);
        var events = new EventStreamReader(body) { Heard = () => silence.Change(Silence, Timeout.InfiniteTimeSpan) };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var moving = LeaveForBetterAsync(route, leaving, ending);
        try
        {
            while (await events.ReadAsync(ending.Token) is var (name, data))
            {
                if (name == "switch" && EndpointList.Read(data, upload) is { Count: > 0 } list)
                    told(list, route.Address, "the server switches");
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await moving;
        }
    }

    /// <summary>Ends the listening when the upload has come to use the very address that is listened at, and another one can be had.</summary>
    private async Task LeaveForBetterAsync(EndpointRoute route, CancellationTokenSource leaving, CancellationTokenSource ending)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookAround, time, leaving.Token);
                var known = await routes(leaving.Token);
                var isApart = known.Any(r => r.IsApart && r.Address.Equals(route.Address));
                if (isApart || !known.Any(r => r.IsApart))
                    continue;
                _isMoving = true;
                await ending.CancelAsync();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The listening is over.
        }
    }

    private HttpRequestMessage Request(Uri url, string accept)
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
    private HttpClient Http(EndpointRoute route) => BoundHttp.Create(origin, options, async (context, cancellation) =>
        await BoundHttp.ConnectAsync(route.Path, route.Address, context.DnsEndPoint.Port, ConnectTimeout, time, cancellation));
}
