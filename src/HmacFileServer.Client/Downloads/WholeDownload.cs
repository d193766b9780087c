using System.Net;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Traffic;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Downloads;

/// <summary>A file that the server hands out in one piece only. After a break it begins again, over the next path.</summary>
internal sealed class WholeDownload(DownloadRequest request, ClientOptions options, RemoteFile remote, PartFile part, ServerEndpoint server, INetworkMonitor monitor, TimeProvider time, RateLimit? limit)
{
    private const int Piece = 128 * 1024;
    private const int Attempts = 6;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(100);

    private readonly PathFinder _finder = new(options);
    private readonly long _origin = time.GetTimestamp();

    public long ReceivedBytes { get; private set; }

    /// <summary>The file's length, once it is there.</summary>
    public long Length { get; private set; }

    public IReadOnlyList<PathReport> Paths { get; private set; } = [];

    public async Task RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var found = _finder.Find(monitor.Current, server.Addresses).OrderBy(_finder.Priority).ToList();
            try
            {
                if (found.Count == 0)
                    throw new IOException($"No network leads to {server.Host}.");
                await FetchAsync(found[attempt % found.Count], progress, cancellation);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                options.Trace?.Invoke(time.GetElapsedTime(_origin), $"cut: {e.Message} This server hands the file out in one piece only: beginning again.");
                if (attempt >= Attempts - 1)
                    throw new UploadFailedException(UploadFailure.NoPath, $"The download was cut {Attempts} times, and this server cannot go on after a break: {e.Message}", e);
                await Task.Delay(TimeSpan.FromMilliseconds(200 * (1 << attempt)), time, cancellation);
            }
        }
    }

    private async Task FetchAsync(PathCandidate path, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using var fetcher = new PathFetcher(path, options, request.Url, time);
        using var silence = new CancellationTokenSource(Silence, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        using var response = await fetcher.GetAsync(remote.Url, null, null, both.Token);
        if (response.StatusCode != HttpStatusCode.OK)
            throw RemoteFile.Refused((int)response.StatusCode);
        var length = response.Content.Headers.ContentLength;
        await using var body = await response.Content.ReadAsStreamAsync(both.Token);
        var buffer = new byte[Piece];
        var told = TimeSpan.Zero;
        var at = 0L;
        for (int read; (read = await body.ReadAsync(buffer, both.Token)) > 0; at += read)
        {
            silence.CancelAfter(Silence);
            part.Write(at, buffer.AsSpan(0, read));
            ReceivedBytes += read;
            if (limit is not null)
                await limit.TakeAsync(read, both.Token);
            var now = time.GetElapsedTime(_origin);
            Paths = [new PathReport(path.Name, path.Type, at + read, 1, 0, null, 0, (at + read) / Math.Max(now.TotalSeconds, 0.001), "active")];
            if (now - told < TellEvery)
                continue;
            told = now;
            progress?.Report(new TransferProgress(length ?? at + read, at + read, now, [path.Name], Paths, []));
        }
        if (length is not null && at != length)
            throw new EndOfStreamException("The server closed the connection in the middle of the file.");
        part.CutAt(at);
        Length = at;
    }
}
