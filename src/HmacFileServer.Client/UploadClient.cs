using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Uploads;
using HmacFileServer.Platform;

namespace HmacFileServer.Client;

/// <summary>
/// Uploads files over every network that the device has, and carries a running upload from one to the next. One client serves
/// any number of uploads, side by side.
/// </summary>
/// <param name="options">How it behaves.</param>
/// <param name="time">The clock.</param>
public sealed class UploadClient(ClientOptions options, TimeProvider? time = null) : IAsyncDisposable
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly INetworkMonitor _monitor = NetworkMonitor.Start(
        new MonitorOptions { NamedInterfaces = options.OnlyInterfaces, TypeOverrides = options.InterfaceTypes }, time ?? TimeProvider.System);

    /// <summary>Uploads one file.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="progress">Is told of the state some ten times a second; null for nobody.</param>
    /// <param name="cancellation">Stops the upload; what the server has stays there.</param>
    /// <exception cref="UploadFailedException">With the reason, and what to do.</exception>
    /// <exception cref="OperationCanceledException">The upload was cancelled.</exception>
    public async Task<UploadResult> UploadAsync(UploadRequest request, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (request.Url.Scheme != Uri.UriSchemeHttp && request.Url.Scheme != Uri.UriSchemeHttps)
            throw new UploadFailedException(UploadFailure.Usage, $"'{request.Url.Scheme}:' is not a kind of URL that can be uploaded to; use http: or https:.");
        foreach (var name in options.OnlyInterfaces.Where(n => _monitor.Current.All(i => i.Name != n)))
            throw new UploadFailedException(UploadFailure.Usage, $"There is no interface '{name}'. 'hfs interfaces' lists what there is.");
        using var file = FileSource.Open(request.FilePath);
        var server = await ServerEndpoint.ResolveAsync(request.Url, options, cancellation);
        using var run = new UploadRun(request, options, file, server, _monitor, _time) { Progress = progress };
        return await run.RunAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();
}
