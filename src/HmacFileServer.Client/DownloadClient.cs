using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Platform;

namespace HmacFileServer.Client;

/// <summary>
/// Downloads files over every network that the device has: in ranges over all of them at once where the server serves ranges, and going
/// on where it was after a break, in this process or in another one.
/// </summary>
public sealed class DownloadClient : IAsyncDisposable
{
    /// <summary>A file that changes all the time can never be downloaded whole.</summary>
    private const int MostChanges = 3;

    private readonly ClientOptions _options;
    private readonly ClientNetworks _networks;
    private readonly TimeProvider _time;

    /// <param name="options">How it behaves.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="monitor">Watches the networks; null for the system's. One that is given is not disposed of.</param>
    public DownloadClient(ClientOptions options, TimeProvider? time = null, INetworkMonitor? monitor = null)
    {
        _networks = new ClientNetworks(options, time, monitor);
        _options = options;
        _time = _networks.Time;
    }

    /// <summary>
    /// Downloads one file. It has its name only when it is complete and, where the server tells the digest, proven; until then it is a hidden
    /// file beside it.
    /// </summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="progress">Is told of the state some ten times a second; null for nobody.</param>
    /// <param name="cancellation">Stops the download; the same request goes on where it was.</param>
    /// <exception cref="UploadFailedException">With the reason, and what to do.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public async Task<DownloadResult> DownloadAsync(DownloadRequest request, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Url.Scheme != Uri.UriSchemeHttp && request.Url.Scheme != Uri.UriSchemeHttps)
            throw new UploadFailedException(UploadFailure.Usage, $"'{request.Url.Scheme}:' is not a kind of URL that can be downloaded from; use http: or https:.");
        _networks.CheckInterfaces();
        var result = await _networks.Metrics.CountAsync("download", () => RepeatAsync(request, progress, cancellation));
        _networks.Metrics.Downloaded(result);
        return result;
    }

    public ValueTask DisposeAsync() => _networks.DisposeAsync();

    private async Task<DownloadResult> RepeatAsync(DownloadRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var finder = new PathFinder(_options);
        await ServerEndpoint.ResolveAsync(request.Url, _options, cancellation);
        using var control = new ControlClient(request.Url, _options, finder, _networks.Monitor, _time);
        for (var changes = 0; ; changes++)
        {
            var remote = await RemoteFile.AskAsync(control, request.Url, cancellation);
            _options.Trace?.Invoke(TimeSpan.Zero, $"the file: {remote.Describe()}");
            try
            {
                return await FetchAsync(request, remote, started, progress, cancellation);
            }
            catch (FileChangedException) when (changes < MostChanges)
            {
                _options.Trace?.Invoke(_time.GetElapsedTime(started), "the file on the server changed: beginning anew");
            }
            catch (FileChangedException e)
            {
                throw new UploadFailedException(UploadFailure.Protocol, "The file on the server changes faster than it can be downloaded, or its ranges are not those that were asked for.", e);
            }
        }
    }

    private async Task<DownloadResult> FetchAsync(DownloadRequest request, RemoteFile remote, long started, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var target = Path.GetFullPath(request.FilePath ?? remote.Name);
        if (Directory.Exists(target))
            target = Path.Combine(target, remote.Name);
        if (File.Exists(target) && !request.Overwrites)
            throw new UploadFailedException(UploadFailure.File, $"'{target}' is there already. Give --overwrite to replace it, or another name with -o.");
        var server = await ServerEndpoint.ResolveAsync(remote.Url, _options, cancellation);
        using var part = PartFile.Open(target, remote.IsDivisible ? remote.Length!.Value : 0, remote.IsDivisible ? remote.ETag : null);
        DownloadResult result;
        if (remote.IsDivisible)
        {
            using var run = new DownloadRun(request, _options, remote, part, server, _networks.Monitor, _time, _networks.Limit) { Progress = progress };
            await run.RunAsync(cancellation);
            result = Result(remote.Length!.Value, run.ReceivedBytes, run.HeldBytes, run.Paths()) with { LargestStall = run.Report.LargestStall, Switches = run.Report.Switches };
        }
        else
        {
            var whole = new WholeDownload(request, _options, remote, part, server, _networks.Monitor, _time, _networks.Limit);
            await whole.RunAsync(progress, cancellation);
            result = Result(whole.Length, whole.ReceivedBytes, 0, whole.Paths);
        }
        var digest = await Task.Run(() => part.Digest(cancellation), cancellation);
        if (remote.Sha256 is not null && remote.Sha256 != digest)
        {
            part.Discard();
            throw new UploadFailedException(UploadFailure.Integrity, $"What arrived is not what the server has (SHA-256 {digest}, told {remote.Sha256}). Nothing of it is kept; run the command again.");
        }
        part.Publish(request.Overwrites);
        return result with { Sha256 = digest, Duration = _time.GetElapsedTime(started) };

        DownloadResult Result(long bytes, long received, long held, IReadOnlyList<PathReport> paths) => new()
        {
            Url = remote.Url,
            FilePath = target,
            Bytes = bytes,
            Sha256 = "",
            IsVerified = remote.Sha256 is not null,
            Duration = default,
            ReceivedBytes = received,
            HeldBytes = held,
            LargestStall = default,
            Switches = [],
            Paths = paths,
        };
    }
}
