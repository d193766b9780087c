using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using HmacFileServer.Client.Endpoints;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Downloads;

/// <summary>The part of a download that fetches ranges, and takes in what became of them.</summary>
internal sealed partial class DownloadRun
{
    private const int Piece = 128 * 1024;

    /// <summary>Before the server was reached once, this many refused attempts end the download: nothing listens there.</summary>
    private const int RefusedAtStart = 4;

    private void Handle(Happening what)
    {
        switch (what)
        {
            case Happening.NetworkChanged changed:
                HandleNetwork(changed.Interfaces);
                break;
            case Happening.Answered answered:
                _reached = true;
                answered.Fetch.Lane.FailedAttempts = 0;
                answered.Fetch.Lane.IsConnected = true;
                _policy.Connected(answered.Fetch.Lane.Name, null, Now);
                break;
            case Happening.Announced announced:
                HandleAnnounced(announced);
                break;
            case Happening.Pinged pinged:
                HandlePinged(pinged);
                break;
            case Happening.Fetched fetched:
                TakeIn(fetched.Fetch);
                if (fetched.Failure is { } failure)
                    HandleFailure(fetched.Fetch.Lane, failure);
                break;
        }
    }

    private void HandleNetwork(IReadOnlyList<InterfaceSnapshot> interfaces)
    {
        _found = _endpoints.Find(interfaces, Now);
        foreach (var path in _found)
        {
            if (!_lanes.TryGetValue(path.Name, out var lane))
                _lanes[path.Name] = lane = new DownloadLane(path, new PathFetcher(path, _options, _request.Url, _time), _finder.Tuning(path), _finder.Priority(path));
            else if (lane.Path.Interface is { } before && !before.Addresses.SequenceEqual(path.Interface!.Addresses))
                lane.Cut();
            lane.Path = path;
            lane.NextAttempt = TimeSpan.Zero;
        }
        _policy.Observe(_found.Select(p => new PathFacts(p.Name, _lanes[p.Name].Priority, true, _request.Mode == TransferMode.Auto && p.IsMetered)
        {
            Interface = p.InterfaceName,
            Endpoint = p.Endpoint?.ToString(),
            EndpointRank = _endpoints.Book.RankOf(p.Endpoint),
            UsableFor = _endpoints.VouchedFor(p, Now),
        }), Now);
        foreach (var lane in _lanes.Values.Where(l => _found.All(p => p.Name != l.Name)))
            lane.Cut();
    }

    private async Task FetchAsync(Fetch fetch)
    {
        Exception? failure = null;
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var range = fetch.Segment.Range;
            using var response = await fetch.Lane.Fetcher.GetAsync(_remote.Url, range, _remote.ETag, fetch.Cancelled);
            Check(response, range);
            _events.Writer.TryWrite(new Happening.Answered(fetch));
            await using var body = await response.Content.ReadAsStreamAsync(fetch.Cancelled);
            while (fetch.Received < range.Length)
            {
                var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(Piece, range.Length - fetch.Received)), fetch.Cancelled);
                if (read == 0)
                    throw new EndOfStreamException("The server closed the connection in the middle of a range.");
                _part.Write(range.Start + fetch.Received, buffer.AsSpan(0, read));
                fetch.Add(read, Now);
                if (_limit is not null)
                    await _limit.TakeAsync(read, fetch.Cancelled);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _events.Writer.TryWrite(new Happening.Fetched(fetch, failure));
    }

    /// <summary>A part of the very file that was asked for, or an error: bytes of two versions are never mixed.</summary>
    private void Check(HttpResponseMessage response, ByteRange range)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var told = response.Content.Headers.ContentRange;
            var isRight = told is not null && told.From == range.Start && told.To == range.End - 1 && (told.Length is null || told.Length == _remote.Length)
                && (!response.Headers.TryGetValues("ETag", out var tags) || tags.First() == _remote.ETag);
            if (!isRight)
                throw new FileChangedException();
        }
        else if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.PreconditionFailed)
        {
            throw new FileChangedException();
        }
        else if (IsRetryable(response.StatusCode))
        {
            throw new BusyException((int)response.StatusCode);
        }
        else
        {
            throw RemoteFile.Refused((int)response.StatusCode);
        }
    }

    /// <summary>What arrived is there, the rest of the range is free again.</summary>
    private void TakeIn(Fetch fetch)
    {
        var lane = fetch.Lane;
        var (segment, received) = (fetch.Segment, fetch.Received);
        lane.Fetches.Remove(fetch);
        lane.BytesDone += received;
        ReceivedBytes += received;
        if (received == segment.Range.Length)
        {
            lane.Segments++;
            lane.Sizer.Succeeded(received, Now - fetch.StartedAt);
            _plan.Complete(segment);
        }
        else
        {
            lane.FailedSegments++;
            lane.Sizer.Failed();
            _plan.Acknowledge(new RangeSet([segment.Range with { End = segment.Range.Start + received }]));
            _plan.Cut(segment);
        }
        fetch.Dispose();
    }

    private void HandleFailure(DownloadLane lane, Exception failure)
    {
        _options.Trace?.Invoke(Now, $"{lane.Name}: a range was cut: {failure.Message}");
        switch (failure)
        {
            case UploadFailedException or FileChangedException:
                throw failure;
            case BusyException busy:
                if (++_refusals >= MostRefusals)
                    throw RemoteFile.Refused(busy.Status);
                lane.NextAttempt = Now + TimeSpan.FromMilliseconds(500 * _refusals);
                return;
            case OperationCanceledException:
                return;
            case var stranger when lane.Path.Endpoint is not null && IsStranger(stranger):
                RefuseEndpoint(lane);
                return;
            case HttpRequestException { InnerException: AuthenticationException inner }:
                throw new UploadFailedException(UploadFailure.Protocol, $"The TLS certificate of {_server.Host} is not trusted: {inner.Message} Give --cacert for a private authority.", failure);
        }
        lane.FailedAttempts++;
        lane.IsConnected = false;
        _policy.Disconnected(lane.Name);
        AskSoon();
        lane.NextAttempt = Now + TimeSpan.FromMilliseconds(lane.FailedAttempts == 1 ? 0 : Math.Min(5000, 100 * Math.Pow(2, lane.FailedAttempts)));
        var refused = failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
        if (!_reached && refused && _lanes.Values.Sum(l => l.FailedAttempts) >= RefusedAtStart)
            throw new UploadFailedException(UploadFailure.NoPath, $"Nothing listens at {_server.Host} port {_server.Port} (connection refused).", failure);
    }

    /// <summary>Everything that can happen to a running download.</summary>
    private abstract record Happening
    {
        public sealed record NetworkChanged(IReadOnlyList<InterfaceSnapshot> Interfaces) : Happening;

        public sealed record Answered(Fetch Fetch) : Happening;

        public sealed record Fetched(Fetch Fetch, Exception? Failure) : Happening;

        /// <summary>The server has said where it can be reached.</summary>
        public sealed record Announced(IReadOnlyList<AnnouncedEndpoint> List, IPAddress At) : Happening;

        /// <summary>A path without anything to fetch was asked for a sign of life.</summary>
        public sealed record Pinged(DownloadLane Lane, TimeSpan Rtt, Exception? Failure) : Happening;

        public sealed record Tick : Happening
        {
            public static Tick Instance { get; } = new();
        }
    }

    private sealed class BusyException(int status) : Exception($"The server answered {status}.")
    {
        public int Status { get; } = status;
    }
}

/// <summary>The file on the server is no longer the one that was begun.</summary>
internal sealed class FileChangedException() : Exception("The file on the server is another one now.");
