using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Telemetry;

namespace HmacFileServer.Server.Uploads;

/// <summary>
/// All unfinished uploads of this process. Protocol adapters find or open an upload here, give it commands, and map the
/// outcome; none keeps state of its own.
/// </summary>
internal sealed partial class UploadEngine(IUploadStore store, TimeProvider clock, UploadLimits limits, ServerMetrics metrics, ILogger<UploadEngine> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new(); // guards _bySlot, _byId, _finished; never held over I/O
    private readonly Dictionary<SlotPath, Task<LiveUpload>> _bySlot = [];
    private readonly Dictionary<UploadId, LiveUpload> _byId = [];
    private readonly FinishedUploads _finished = new();
    private readonly RequestBudget _requests = new(limits.MaxRequests);
    private volatile bool _stopping;

    /// <summary>Takes up what an earlier process left. Uploads that were whole but not published are finished in the background.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        metrics.Observe("hfs_uploads_unfinished", "Uploads that were begun and have no file yet.", () => Unfinished);
        var whole = new List<LiveUpload>();
        await foreach (var stored in store.ListUploadsAsync(cancellation))
        {
            var upload = new LiveUpload(stored, null, limits, clock);
            lock (_gate)
            {
                _byId[upload.Id] = upload;
                if (upload.Record.Slot is { } slot)
                    _bySlot[slot] = Task.FromResult(upload);
            }
            if (stored.Record.Length == stored.Received.Count || upload.Concatenation.IsFinal)
                whole.Add(upload);
            UploadLog.Loaded(logger, upload.Id.ForLog, stored.Received.Count, stored.Record.Length);
        }
        foreach (var upload in whole)
            _ = Task.Run(() => InspectAsync(upload), CancellationToken.None);
    }

    private long Unfinished
    {
        get
        {
            lock (_gate) return _byId.Count;
        }
    }

    /// <summary>The unfinished upload of a slot, if there is one.</summary>
    public async ValueTask<LiveUpload?> FindAsync(SlotPath slot)
    {
        Task<LiveUpload>? opening;
        lock (_gate) opening = _bySlot.GetValueOrDefault(slot);
        if (opening is null)
            return null;
        try
        {
            return await opening;
        }
        catch (UploadException)
        {
            return null; // its creation failed, so there is none
        }
    }

    /// <summary>The unfinished upload of an id.</summary>
    public bool TryFind(UploadId id, [NotNullWhen(true)] out LiveUpload? upload)
    {
        lock (_gate) return _byId.TryGetValue(id, out upload);
    }

    /// <summary>
    /// Where an upload that was finished within the session timeout is found as a file, by this process or an earlier one. Of one that
    /// this process finished it is known even when the file is gone.
    /// </summary>
    public async ValueTask<FinishedUpload?> FindFinishedAsync(UploadId id)
    {
        FinishedUpload? known;
        lock (_gate) known = _finished.Find(id);
        if (known is { IsWhole: true })
            return known;
        return await store.FindFinishedAsync(id, CancellationToken.None) is { Origin: { } origin } file && clock.GetUtcNow() - file.Created < limits.SessionTimeout
            ? new FinishedUpload(file.Slot, origin.Properties)
            : known;
    }

    /// <summary>
    /// The unfinished upload of a slot, begun if there is none. Throws AlreadyComplete when the slot has a file, LengthMismatch
    /// when the upload has another length, StorageFull when the disk cannot hold it.
    /// </summary>
    public async Task<LiveUpload> OpenSlotAsync(NewUpload wanted)
    {
        if (_stopping)
            throw new UploadException(UploadErrorCode.ShuttingDown);
        Task<LiveUpload>? opening;
        lock (_gate)
        {
            if (!_bySlot.TryGetValue(wanted.Slot, out opening))
            {
                if (limits.MaxUnfinished > 0 && _bySlot.Count >= limits.MaxUnfinished)
                    throw new UploadException(UploadErrorCode.TooManyUploads);
                _bySlot[wanted.Slot] = opening = Task.Run(() => CreateAsync(wanted));
            }
        }
        var upload = await opening;
        if (upload.Progress().Length is { } known && wanted.Length is { } length && known != length)
            throw new UploadException(UploadErrorCode.LengthMismatch);
        return upload;
    }

    /// <summary>
    /// Takes a request's bytes. Ends the requests that are in the way, stores what arrives, and finishes the file if this was
    /// the last of it. Never throws for what a client or a disk does: the outcome says it.
    /// </summary>
    /// <param name="upload">The upload.</param>
    /// <param name="claim">What the request means to write.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="network">Over which network of the client they come, if it said so.</param>
    /// <param name="file">What the request says of the file as a whole.</param>
    /// <param name="check">What the body has to match before any byte of it counts; null if nothing. Not with a whole file.</param>
    /// <param name="progressed">Told the offset after each batch that is stored; null if nobody wants to know.</param>
    public async Task<ReceiveOutcome> ReceiveAsync(
        LiveUpload upload, WriteClaim claim, PipeReader body, ClientNetwork? network, FileClaim file, BodyCheck? check = null, Func<long, ValueTask>? progressed = null)
    {
        if (upload.Concatenation.IsFinal)
            return new ReceiveOutcome(UploadErrorCode.Concatenated, null, upload.Progress());
        var outcome = await TakeAsync(upload, claim, body, network, file, check, progressed);
        if (upload.Concatenation.IsPartial && outcome.Error is null && outcome.Progress is { Length: { } length, ReceivedBytes: var held } && held == length)
            ContinueFinals(upload.Id);
        return outcome;
    }

    private async Task<ReceiveOutcome> TakeAsync(
        LiveUpload upload, WriteClaim claim, PipeReader body, ClientNetwork? network, FileClaim file, BodyCheck? check = null, Func<long, ValueTask>? progressed = null)
    {
        if (_stopping)
            return new ReceiveOutcome(UploadErrorCode.ShuttingDown, null, upload.Progress());
        if (!_requests.TryTake(always: upload.WouldTakeOver(claim)))
            return new ReceiveOutcome(UploadErrorCode.TooManyUploads, null, upload.Progress());
        if (upload.HeldWhileDormant() is > 0 and var held)
            metrics.Resumed(held);
        WriterLease? lease;
        UploadErrorCode? error;
        while (true)
        {
            await upload.SettledAsync();
            (lease, error) = await upload.BeginAsync(claim, body);
            if (lease is not null || upload.Progress().State != UploadState.Finishing)
                break;
        }
        if (lease is null)
        {
            _requests.Return();
            return new ReceiveOutcome(error, null, upload.Progress());
        }
        var finishes = false;
        var isStored = false;
        try
        {
            if (error is null)
            {
                if (file.Digests.Count > 0)
                    upload.Expect(file.Digests);
                if (file.WantsCrc32C)
                    upload.Digest.AlsoCrc32C();
                using var gatherer = new BodyGatherer(body, clock);
                var staged = await upload.OpenAsync(store);
                error = check is null
                    ? await new BodyReceiver(upload, lease, staged, network, file, progressed).RunAsync(gatherer)
                    : await new CheckedBodyReceiver(upload, lease, staged, network, check).RunAsync(gatherer);
                isStored = error is null;
            }
        }
        catch (UploadException ex)
        {
            error = ex.Error.Code;
            UploadLog.StoreFailed(logger, upload.Id.ForLog, error.Value, ex);
        }
        finally
        {
            _requests.Return(); // before the newcomer that waits for this one learns of it: it may need the place
            finishes = upload.Release(lease, isWhole: isStored && claim.Kind == WriterKind.Whole);
            metrics.Received(network?.Type, Math.Max(0, lease.Writer.Position - claim.Range.Start));
        }
        if (error == UploadErrorCode.TakenOver)
        {
            if (_stopping)
                error = UploadErrorCode.ShuttingDown;
            else
            {
                UploadLog.TakenOver(logger, upload.Id.ForLog, lease.Writer.Kind, lease.Writer.Position);
                metrics.TakenOver(lease.Writer.Kind);
            }
        }
        if (error is null && claim.Kind == WriterKind.Whole)
            return await CompleteWholeAsync(upload, lease, finishes);
        // Whoever took over may hold the last bytes by now; then it is that request which finishes and is told so.
        return error is null or UploadErrorCode.BodyIncomplete ? await CompleteAsync(upload, error) : new ReceiveOutcome(error, null, upload.Progress());
    }

    /// <summary>The true offset of an upload: appends and whole files in progress are ended, what they hold is stored first.</summary>
    public async Task<ReceiveOutcome> InspectAsync(LiveUpload upload)
    {
        if (upload.Concatenation.IsFinal)
            await upload.AssembleOnceAsync(() => AssembleAsync(upload));
        await upload.SettledAsync();
        await upload.InspectAsync();
        return await CompleteAsync(upload, null);
    }

    /// <summary>Sets a length that was deferred, after what is still being appended has ended. TooLarge, or LengthMismatch if another is known.</summary>
    public async Task<UploadErrorCode?> SetLengthAsync(LiveUpload upload, long length)
    {
        if (upload.Progress().Length is { } known)
            return known == length ? null : UploadErrorCode.LengthMismatch;
        if (length > limits.MaxUploadSize + UploadLimits.EncryptionOverhead)
            return UploadErrorCode.TooLarge;
        await upload.InspectAsync();
        return await upload.SetLengthAsync(store, length);
    }

    /// <summary>Cancels an upload and removes its bytes. False if it was finished or ended before.</summary>
    public async Task<bool> TerminateAsync(LiveUpload upload)
    {
        await upload.SettledAsync();
        if (!await upload.TerminateAsync())
            return false;
        metrics.Ended("cancelled");
        await RemoveAsync(upload);
        return true;
    }

    /// <summary>Ends uploads that nobody has touched for the session timeout, and closes the bytes of those that sleep.</summary>
    public async Task SweepAsync()
    {
        List<LiveUpload> all;
        lock (_gate) all = [.. _byId.Values];
        foreach (var upload in all)
        {
            if (await upload.TerminateAsync(unless: s => !s.IsAbandoned(clock.GetUtcNow(), limits.SessionTimeout)))
            {
                UploadLog.Abandoned(logger, upload.Id.ForLog);
                metrics.Ended("abandoned");
                await RemoveAsync(upload);
            }
            else
            {
                await upload.CloseIfIdleAsync(limits.IdleClose);
            }
        }
    }

    /// <summary>Lets every request store what it has in hand and end; nothing new begins.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        List<LiveUpload> all;
        lock (_gate) all = [.. _byId.Values];
        foreach (var upload in all)
            await upload.InterruptAllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        List<LiveUpload> all;
        lock (_gate) all = [.. _byId.Values];
        foreach (var upload in all)
            await upload.DisposeAsync();
    }

    private async Task<LiveUpload> CreateAsync(NewUpload wanted)
    {
        try
        {
            if (await store.FindFileAsync(wanted.Slot, CancellationToken.None) is not null)
                throw new UploadException(UploadErrorCode.AlreadyComplete);
            var now = clock.GetUtcNow();
            var record = new UploadRecord(wanted.Id ?? UploadId.Create(), now)
            {
                Slot = wanted.Slot,
                Length = wanted.Length,
                ContentType = wanted.ContentType,
                FileExpires = wanted.FileExpires,
                Properties = wanted.Properties,
            };
            var staged = await store.CreateAsync(record, CancellationToken.None);
            var upload = new LiveUpload(new StoredUpload(record, new RangeSet(), now), staged, limits, clock);
            lock (_gate) _byId.Add(upload.Id, upload);
            UploadLog.Begun(logger, upload.Id.ForLog, wanted.Length);
            metrics.Begun();
            return upload;
        }
        catch
        {
            lock (_gate) _bySlot.Remove(wanted.Slot);
            throw;
        }
    }
}
