using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Paths;
using HmacFileServer.Client.Profiles;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Client.State;
using HmacFileServer.Client.Uploads;
using HmacFileServer.Platform;

namespace HmacFileServer.Client;

/// <summary>
/// Uploads files over every network that the device has, and carries a running upload from one to the next. One client serves
/// any number of uploads, side by side.
/// </summary>
public sealed class UploadClient : IAsyncDisposable
{
    /// <summary>What the clients of this library count is under this name; every instrument is in docs/client.md.</summary>
    public const string MeterName = "HmacFileServer.Client";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ClientOptions _options;
    private readonly ClientNetworks _networks;
    private readonly TimeProvider _time;
    private readonly ProfileStore? _profiles;

    // Guards _runs and _forced: uploads begin and end on their own threads.
    private readonly Lock _gate = new();
    private readonly List<UploadRun> _runs = [];
    private string? _forced;

    /// <param name="options">How it behaves.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="monitor">Watches the networks; null for the system's. One that is given is not disposed of.</param>
    public UploadClient(ClientOptions options, TimeProvider? time = null, INetworkMonitor? monitor = null)
    {
        _networks = new ClientNetworks(options, time, monitor);
        _options = options;
        _time = _networks.Time;
        _profiles = options is { Learning: true, State: { } state } ? new ProfileStore(state.Path) { Scored = _networks.Metrics.Predicted } : null;
    }

    /// <summary>Uploads one file. If the same was begun before and the state folder knows of it, it goes on where it was.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="progress">Is told of the state some ten times a second; null for nobody.</param>
    /// <param name="cancellation">Stops the upload; what the server has stays there.</param>
    /// <exception cref="UploadFailedException">With the reason, and what to do.</exception>
    /// <exception cref="OperationCanceledException">The upload was cancelled.</exception>
    public async Task<UploadResult> UploadAsync(UploadRequest request, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        using var lease = request.Content is null ? Take(StateFolder.IdOf(request.FilePath, TargetOf(request))) : null;
        return await _networks.Metrics.CountAsync("upload", () => RepeatAsync(request, lease, isResumed: false, progress, cancellation));
    }

    /// <summary>Begins an upload, and returns at once with what it can be followed by.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="cancellation">Stops the upload; what the server has stays there.</param>
    public UploadOperation Start(UploadRequest request, CancellationToken cancellation = default) =>
        UploadOperation.Start(progress => UploadAsync(request, progress, cancellation));

    /// <summary>Goes on with an unfinished upload of the state folder, whichever process began it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="progress">Is told of the state some ten times a second; null for nobody.</param>
    /// <param name="cancellation">Stops the upload; what the server has stays there.</param>
    /// <exception cref="UploadFailedException">With the reason, and what to do; <see cref="UploadFailure.File"/> if the file is not the one that was begun.</exception>
    /// <exception cref="OperationCanceledException">The upload was cancelled.</exception>
    public async Task<UploadResult> ResumeAsync(string id, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var lease = Take(id) ?? throw new UploadFailedException(UploadFailure.Usage, "There is no state folder to resume from.");
        if (lease.Record is not { } record)
            throw new UploadFailedException(UploadFailure.Usage, $"There is no unfinished upload '{id}'. 'hfs status' lists what there is.");
        var request = new UploadRequest(record.File, new Uri(record.UploadUrl))
        {
            ContentType = record.ContentType,
            Mode = record.Mode,
            Protocol = record.Protocol,
            Target = record.Target,
            TokenFile = record.TokenFile,
        };
        if (record.Endpoint is not null)
            request = request with { Url = new Uri(record.Endpoint) };
        return await _networks.Metrics.CountAsync("upload", () => RepeatAsync(request, lease, isResumed: true, progress, cancellation));
    }

    /// <summary>Carries every upload of this client, those under way and those to come, over an interface whenever it is usable; null lifts that.</summary>
    /// <param name="interfaceName">Its name.</param>
    public void Force(string? interfaceName)
    {
        UploadRun[] runs;
        lock (_gate)
        {
            _forced = interfaceName;
            runs = [.. _runs];
        }
        foreach (var run in runs)
            run.Force(interfaceName);
    }

    public ValueTask DisposeAsync() => _networks.DisposeAsync();

    private async Task<UploadResult> RepeatAsync(
        UploadRequest request, UploadLease? lease, bool isResumed, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var pause = FirstPause;
        for (var left = _options.Retries; ; left--)
        {
            try
            {
                return await OnceAsync(request, lease, isResumed, progress, cancellation);
            }
            catch (UploadFailedException e) when (left > 0 && request.Content is null && e.Reason is UploadFailure.Server or UploadFailure.NoPath)
            {
                _options.Trace?.Invoke(TimeSpan.Zero, $"{e.Message} Trying again in {pause.TotalSeconds:F0} s, {left} times more.");
                await Task.Delay(pause, _time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<UploadResult> OnceAsync(
        UploadRequest request, UploadLease? lease, bool isResumed, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var identity = request.Content is null ? FileIdentity.Of(request.FilePath) : null;
        using UploadSource source = request.Content is { } stream
            ? new SpoolSource(stream, _options.State?.Path ?? Path.GetTempPath())
            : FileSource.Open(request.FilePath);
        var server = await ServerEndpoint.ResolveAsync(request.Url, _options, cancellation, _networks.Names);
        var finder = new PathFinder(_options);
        using var control = new ControlClient(request.Url, _options, finder, _networks.Monitor, _time, _networks.Names);
        var opener = new UploadOpener(control, request, () => finder.Find(_networks.Monitor.Current, server.Addresses).Count);
        long? length = source.IsWhole ? source.Length : null;

        var record = lease?.Record is { } kept && ResumePolicy.Check(kept, identity!, (FileSource)source, request, isResumed, cancellation) ? kept : null;
        if (record is not null)
        {
            try
            {
                return await RunAsync(await opener.ReopenAsync(record, source.Length, cancellation), isSure: true);
            }
            catch (UploadFailedException e) when (e.Status is 401 or 403 or 404 or 410 && !isResumed && ResumePolicy.CanBeginAnew(record, request))
            {
                // The server has forgotten it, and it can be had anew.
                _options.Trace?.Invoke(TimeSpan.Zero, $"The server no longer has what was begun before ({e.Status}): beginning anew.");
                record = null;
            }
        }
        if (opener.LooksLikeSlot)
        {
            try
            {
                return await RunAsync(opener.OpenSlot(source.Length), isSure: false);
            }
            catch (UnknownServerException)
            {
                _options.Trace?.Invoke(TimeSpan.Zero, "The server does not answer as ours would: asking what it is.");
            }
        }
        return await RunAsync(await opener.OpenAsync(length, cancellation), isSure: true);

        async Task<UploadResult> RunAsync(UploadDialect dialect, bool isSure)
        {
            // A transfer may go to another host than the one where it was made.
            if (!Http.RequestText.IsSameOrigin(dialect.Parts[0].Url, request.Url))
                server = await ServerEndpoint.ResolveAsync(dialect.Parts[0].Url, _options, cancellation, _networks.Names);
            var begun = record ?? (identity is null || lease is null ? null : ResumePolicy.Begin(lease.Id, request, identity, dialect, TargetOf(request), _time.GetUtcNow()));
            if (begun is not null && isSure)
                lease!.Keep(begun);
            using var run = new UploadRun(request, _options, source, dialect, server, _networks.Monitor, _time)
            {
                Progress = progress,
                Limit = _networks.Limit,
                Signals = _networks.Signals,
                Names = _networks.Names,
                Profiles = _profiles,
                Metrics = _networks.Metrics,
                Checkpoint = begun is null
                    ? null
                    : (acknowledged, prefix) => lease!.Keep(begun with { AcknowledgedBytes = acknowledged, Prefix = prefix, LastActivity = _time.GetUtcNow() }),
            };
            Enter(run);
            try
            {
                var result = await run.RunAsync(control, isSure, cancellation);
                _networks.Metrics.Resent(result.ResentBytes);
                lease?.Forget();
                return result;
            }
            catch (UploadFailedException e) when (e.Reason is UploadFailure.Refused or UploadFailure.Integrity && !isResumed)
            {
                lease?.Forget();
                throw;
            }
            finally
            {
                lock (_gate)
                    _runs.Remove(run);
            }
        }
    }

    private void Enter(UploadRun run)
    {
        lock (_gate)
        {
            _runs.Add(run);
            if (_forced is not null)
                run.Force(_forced);
        }
    }

    private UploadLease? Take(string id) => _options.State is not { } state
        ? null
        : state.TryTake(id) ?? throw new UploadFailedException(UploadFailure.Busy,
            $"Another process is at this upload ({id}). Wait for it, or stop it; 'hfs status' shows how far it is.");

    private void Check(UploadRequest request)
    {
        if (request.Url.Scheme != Uri.UriSchemeHttp && request.Url.Scheme != Uri.UriSchemeHttps)
            throw new UploadFailedException(UploadFailure.Usage, $"'{request.Url.Scheme}:' is not a kind of URL that can be uploaded to; use http: or https:.");
        _networks.CheckInterfaces();
    }

    /// <summary>What an upload is recognised by when the same is asked for again; goes into <see cref="StateFolder.IdOf"/>.</summary>
    public static string TargetOf(UploadRequest request) =>
        request.Target ?? request.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
