using System.Net.Sockets;
using System.Security.Authentication;
using HmacFileServer.Client.Endpoints;

namespace HmacFileServer.Client.Downloads;

/// <summary>
/// The part of a download that follows the server from one of its addresses to another. A download has no events to listen to: the server is asked now and then, and
/// soon when something fails; a connection to the next address waits meanwhile.
/// </summary>
internal sealed partial class DownloadRun
{
    /// <summary>A short download is over before it would pay to ask.</summary>
    private static readonly TimeSpan FollowAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two questions where nothing is wrong: some 1 KB each.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(10);

    /// <summary>The same on a metered network: 72 KB an hour.</summary>
    private static readonly TimeSpan AskEveryMetered = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AskLeast = TimeSpan.FromSeconds(1);

    /// <summary>Without a byte for so long, what the server said of its addresses counts for nothing: the URL's own name is tried again.</summary>
    private static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _asides = []; // questions and pings under way
    private TimeSpan _nextQuestion = FollowAfter;
    private TimeSpan _askedAt;
    private bool _hasNothingToFollow;

    private bool MayFollow => _options.FollowServer && !_hasNothingToFollow && _server.TunnelTo is null && !_server.IsReadByProxy;

    private void FollowServer(TimeSpan now)
    {
        _asides.RemoveAll(t => t.IsCompleted);
        if (!MayFollow || !_reached)
            return;
        if (_endpoints.Book.Home is not null && _report.SinceProgress(now) >= DoubtAfter)
        {
            _options.Trace?.Invoke(now, "nothing answers where the server said that it is: its name alone counts again");
            _endpoints.Book.Forget();
            HandleNetwork(_monitor.Current);
        }
        if (_endpoints.Book.Home is not null)
            OpenStandbys(now);
        if (now < _nextQuestion || Route() is not { } route)
            return;
        (_askedAt, _nextQuestion) = (now, now + (route.Path.IsMetered ? AskEveryMetered : AskEvery));
        _asides.Add(AskAsync(route));
    }

    private void AskSoon()
    {
        if (_askedAt > TimeSpan.Zero && _nextQuestion > _askedAt + AskLeast)
            _nextQuestion = _askedAt + AskLeast;
    }

    /// <summary>A path that is known to lead to the server; first one to another address than is in use, since that one may be about to fall.</summary>
    private EndpointRoute? Route()
    {
        var inUse = _policy.Sending.Select(name => _lanes[name].Path.Endpoint).ToHashSet();
        return _found.Select(p => _lanes[p.Name])
            .Where(l => l.IsConnected && l.Fetcher.RemoteAddress is not null && !_policy.IsSuspect(l.Name))
            .OrderBy(l => l.Path.IsMetered ? 1 : 0)
            .ThenBy(l => inUse.Contains(l.Path.Endpoint) ? 1 : 0)
            .ThenBy(l => l.Priority)
            .Select(l => new EndpointRoute(l.Path, l.Fetcher.RemoteAddress!, !inUse.Contains(l.Path.Endpoint)))
            .FirstOrDefault();
    }

    private async Task AskAsync(EndpointRoute route)
    {
        try
        {
            using var http = _question.Http(route);
            _events.Writer.TryWrite(new Happening.Announced(await _question.AskAsync(http, route, _ending.Token), route.Address));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            if (!_ending.IsCancellationRequested)
                _options.Trace?.Invoke(Now, $"the server's addresses: {e.Message}");
        }
    }

    private void HandleAnnounced(Happening.Announced announced)
    {
        // A server that is being changed over may have nothing to say for a moment; one that never had has no other address.
        _hasNothingToFollow = _endpoints.Book.Home is null && announced.List.All(e => e.Interface is null);
        if (_hasNothingToFollow || announced.List.Count == 0 || !_endpoints.Book.Take(announced.List, announced.At))
            return;
        _options.Trace?.Invoke(Now, "the server is asked: " + string.Join(", ", announced.List.Select(e => $"{e.Interface ?? "-"} {e.Address?.ToString() ?? "-"} {e.State}")));
        HandleNetwork(_monitor.Current);
    }

    /// <summary>Opens what the policy wants to have ready, and asks it for a sign of life from time to time.</summary>
    private void OpenStandbys(TimeSpan now)
    {
        foreach (var name in _policy.WantConnected(now))
        {
            var lane = _lanes[name];
            if (lane.IsPinged || lane.Fetches.Count > 0 || now < lane.NextAttempt || (lane.IsConnected && _policy.Sending.Contains(name))
                || !_probes.TryTake(name, lane.Path.IsMetered, _policy.IsAlarmed, now))
            {
                continue;
            }
            lane.IsPinged = true;
            _asides.Add(PingAsync(lane));
        }
    }

    private async Task PingAsync(DownloadLane lane)
    {
        var began = _time.GetTimestamp();
        Exception? failure = null;
        try
        {
            await lane.Fetcher.PingAsync(_remote.Url, _ending.Token);
        }
        catch (Exception e)
        {
            failure = e;
        }
        _events.Writer.TryWrite(new Happening.Pinged(lane, _time.GetElapsedTime(began), failure));
    }

    private void HandlePinged(Happening.Pinged pinged)
    {
        var lane = pinged.Lane;
        lane.IsPinged = false;
        if (_found.All(p => p.Name != lane.Name))
            return;
        if (pinged.Failure is null)
        {
            (lane.IsConnected, lane.FailedAttempts) = (true, 0);
            _policy.Connected(lane.Name, pinged.Rtt, Now);
            return;
        }
        _options.Trace?.Invoke(Now, $"{lane.Name}: no sign of life: {pinged.Failure.Message}");
        if (lane.Path.Endpoint is not null && IsStranger(pinged.Failure))
        {
            RefuseEndpoint(lane);
            return;
        }
        lane.IsConnected = false;
        lane.FailedAttempts++;
        lane.NextAttempt = Now + TimeSpan.FromMilliseconds(Math.Min(5000, 100 * Math.Pow(2, lane.FailedAttempts)));
        _policy.Disconnected(lane.Name);
    }

    private void RefuseEndpoint(DownloadLane lane)
    {
        _options.Trace?.Invoke(Now, $"{lane.Path.Endpoint} is not used: another server answers there");
        _endpoints.Book.Refuse(lane.Path.Endpoint!);
        lane.Cut();
        HandleNetwork(_monitor.Current);
    }

    private static bool IsStranger(Exception failure) => failure is StrangerException || failure.InnerException is StrangerException or AuthenticationException;

    private (string Interface, string? Endpoint) DescribePath(string name) => _lanes.TryGetValue(name, out var lane)
        ? (lane.Path.InterfaceName, (lane.Path.Endpoint ?? _endpoints.Book.Home)?.ToString())
        : (name, null);
}
