using System.Net;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Endpoints;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Protocols;

namespace HmacFileServer.Client.Uploads;

/// <summary>
/// The part of a run that follows the server from one of its addresses to another. A path is an interface here and an address there; which ones there are is
/// what the server says, and whether it is the server that answers there is found out before anything of the upload is sent: by TLS, else by its name.
/// </summary>
internal sealed partial class UploadRun
{
    /// <summary>A short upload is over before it would pay to ask for other addresses.</summary>
    private static readonly TimeSpan FollowAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Without progress for so long, what the server said of its addresses counts for nothing: the URL's own name is tried again.</summary>
    private static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(15);

    private readonly EndpointPaths _endpoints;
    private Task _following = Task.CompletedTask;
    private bool _follows;

    private EndpointBook Book => _endpoints.Book;

    private void FollowServer(TimeSpan now)
    {
        if (_follows)
        {
            DoubtAddresses(now);
            return;
        }
        var isProxied = _server.TunnelTo is not null || _server.IsReadByProxy;
        // Segments are this product's own protocol; with another one, the answer to a probe tells whose server it is.
        var isOurs = _dialect.Protocol == UploadProtocol.Segments || _recognition.KnowsName;
        if (!_options.FollowServer || isProxied || !_started || !isOurs || now < FollowAfter)
            return;
        _follows = true;
        var question = new EndpointQuestion(_dialect.Parts[0].Url, _request.Url, _options, _time) { Advised = sizes => _events.Writer.TryWrite(new RunEvent.Advised(sizes)) };
        var follower = new EndpointFollower(question, _options, _time, AskRoutesAsync,
            (list, at, why) => _events.Writer.TryWrite(new RunEvent.Announced(list, at, why)));
        _following = follower.RunAsync(_ending.Token);

        Task<IReadOnlyList<EndpointRoute>> AskRoutesAsync(CancellationToken cancellation)
        {
            var answer = new TaskCompletionSource<IReadOnlyList<EndpointRoute>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _events.Writer.TryWrite(new RunEvent.RoutesWanted(answer));
            return answer.Task.WaitAsync(cancellation);
        }
    }

    private void DoubtAddresses(TimeSpan now)
    {
        if (Book.Home is null || _report.SinceProgress(now) < DoubtAfter)
            return;
        _options.Trace?.Invoke(now, "nothing answers where the server said that it is: its name alone counts again");
        Book.Forget();
        HandleNetwork(_monitor.Current);
    }

    private void HandleAnnounced(RunEvent.Announced announced)
    {
        if (Book.Take(announced.List, announced.At))
            HandleNetwork(_monitor.Current);
    }

    private ServerEndpoint ServerFor(PathCandidate path) => _server with { Addresses = path.Endpoint is { } endpoint ? [endpoint] : _endpoints.HomeAddresses };

    private void HandleProof(Lane lane, PathConnection connection, PendingRequest request, ResponseHead answer)
    {
        lane.ProbeSent = null;
        if (answer.Status != (int)HttpStatusCode.NoContent || !ServerRecognition.IsNamed(answer))
        {
            connection.Abort();
            _policy.ProbeFailed(lane.Name, Now);
            RefuseEndpoint(lane.Path.Endpoint!, "another server answers there");
            return;
        }
        lock (_gate)
            lane.Proven = connection;
        _policy.Connected(lane.Name, _time.GetElapsedTime(request.StartedAt), Now);
        connection.Wake();
    }

    private void RefuseEndpoint(IPAddress endpoint, string why)
    {
        _options.Trace?.Invoke(Now, $"{endpoint} is not used: {why}");
        Book.Refuse(endpoint);
        HandleNetwork(_monitor.Current);
    }

    /// <summary>The connections that are known to lead to our server; first those that tell of the fall of what is in use.</summary>
    private List<EndpointRoute> Routes()
    {
        var inUse = _policy.Sending.Select(name => _lanes[name].Path.Endpoint).ToHashSet();
        return
        [
            .. _found.Select(p => _lanes[p.Name])
                .Where(l => l.Proven is { IsAborted: false } && !_policy.IsSuspect(l.Name))
                .OrderBy(l => inUse.Contains(l.Path.Endpoint) ? 1 : 0)
                .ThenBy(l => l.Path.IsMetered ? 1 : 0)
                .ThenBy(l => l.Priority)
                .Select(l => new EndpointRoute(l.Path, l.Proven!.RemoteAddress, !inUse.Contains(l.Path.Endpoint))),
        ];
    }

    /// <summary>A path as people are told of it: the interface, and where the server has several addresses the one at the other end.</summary>
    private (string Interface, string? Endpoint) DescribePath(string name)
    {
        if (!_lanes.TryGetValue(name, out var lane))
            return (name, null);
        return (lane.Path.InterfaceName, (lane.Path.Endpoint ?? (_follows ? Book.Home : null))?.ToString());
    }
}
