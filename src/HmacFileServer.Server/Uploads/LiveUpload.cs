using System.IO.Pipelines;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>
/// An unfinished upload in this process: its session, its open bytes, its digest, and the requests that write to it.
/// Locks: <c>_gate</c> guards the session, the leases and the tally, and is held for a few instructions, never over I/O;
/// <c>_opening</c> lets one at a time open or close the staged bytes. <c>_gate</c> may be taken inside <c>_opening</c>.
/// </summary>
internal sealed partial class LiveUpload : IAsyncDisposable
{
    private static readonly TimeSpan Dormant = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly UploadSession _session;
    private readonly Dictionary<UploadWriter, WriterLease> _leases = [];
    private readonly PathTally _paths = new();
    private readonly TimeProvider _clock;
    private IStagedUpload? _staged;
    private TaskCompletionSource? _changed; // somebody waits for a change

    private readonly UploadLimits _limits;

    public LiveUpload(StoredUpload stored, IStagedUpload? staged, UploadLimits limits, TimeProvider clock)
    {
        _limits = limits;
        Record = stored.Record;
        ContentType = stored.Record.ContentType;
        Concatenation = Concatenation.Of(stored.Record);
        Expected = FileDigests.Of(stored.Record);
        _clock = clock;
        _staged = staged;
        _session = new UploadSession(stored.Record.Id, stored.Record.Length, stored.Received, stored.LastActivity);
    }

    public UploadRecord Record { get; }

    /// <summary>The media type of the file: as first said, or as the newest whole file said.</summary>
    public string ContentType { get; private set; }

    public PrefixDigest Digest { get; } = new();

    /// <summary>What the finished file must have; empty if nobody said.</summary>
    public IReadOnlyList<ExpectedChecksum> Expected { get; private set; }

    /// <summary>Whether it is a part of another upload, or made of parts.</summary>
    public Concatenation Concatenation { get; }

    public UploadId Id => Record.Id;

    /// <summary>What is held. Ends and delays nothing.</summary>
    public UploadProgress Progress()
    {
        lock (_gate) return _session.Progress();
    }

    /// <summary>How many bytes are held of an upload that nobody has written to for a second; 0 if somebody has.</summary>
    public long HeldWhileDormant()
    {
        lock (_gate)
            return _leases.Count == 0 && _clock.GetUtcNow() - _session.LastActivity > Dormant ? _session.Progress().ReceivedBytes : 0;
    }

    /// <summary>Is over at the next change of what is held or of the state.</summary>
    public Task ChangedAsync()
    {
        lock (_gate)
        {
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task;
        }
    }

    public UsedPath[] Paths()
    {
        lock (_gate) return _paths.ToArray();
    }

    /// <summary>True if such a claim would end a request that is at work.</summary>
    public bool WouldTakeOver(WriteClaim claim)
    {
        lock (_gate) return _session.CountInTheWay(claim) > 0;
    }

    /// <summary>
    /// Claims a range and waits until the writers in the way have let go. The lease is to be released whatever the error is;
    /// it is null if the claim was refused at once.
    /// </summary>
    public async Task<(WriterLease? Lease, UploadErrorCode? Error)> BeginAsync(WriteClaim claim, PipeReader body)
    {
        WriterLease lease;
        List<WriterLease> waitFor;
        lock (_gate)
        {
            if (WhyTooMany(claim) is { } tooMany)
                return (null, tooMany);
            var outcome = _session.Claim(claim, _clock.GetUtcNow());
            if (outcome.Writer is null)
                return (null, outcome.Error);
            lease = new WriterLease(outcome.Writer, body);
            _leases.Add(outcome.Writer, lease);
            waitFor = [.. outcome.WaitFor.Select(w => _leases[w])];
        }
        await InterruptAsync(waitFor);
        lock (_gate)
            return (lease, _session.Start(lease.Writer, _clock.GetUtcNow()));
    }

    private UploadErrorCode? WhyTooMany(WriteClaim claim)
    {
        // Who takes over from others leaves no more at work than there were.
        if (_session.CountAtWork - _session.CountInTheWay(claim) >= _limits.MaxRequestsPerUpload)
            return UploadErrorCode.TooManyWriters;
        if (claim.Kind != WriterKind.Segment)
            return null; // a whole file and an append go on at the end of the first run, and begin none
        var runs = _session.Progress().Received;
        return runs.Count >= UploadLimits.MostRuns && claim.Range.Start > 0 && !runs.Any(run => run.Start <= claim.Range.Start && claim.Range.Start <= run.End)
            ? UploadErrorCode.OffsetMismatch
            : null;
    }

    /// <summary>
    /// The writer touches nothing any more. True if it brought the whole file: it finishes, and must call <see cref="EndFinish"/>. That is decided here, in
    /// one step, so that nobody can begin to replace what it brought before it has become the file.
    /// </summary>
    public bool Release(WriterLease lease, bool isWhole)
    {
        bool finishes;
        lock (_gate)
        {
            _session.Release(lease.Writer);
            _leases.Remove(lease.Writer);
            finishes = isWhole && TryBeginFinishHeld();
        }
        lease.SetReleased();
        return finishes;
    }

    /// <summary>The true offset: ends appends and whole files, and waits until what they have in hand is stored.</summary>
    public async Task<UploadProgress> InspectAsync()
    {
        List<WriterLease> ended;
        lock (_gate) ended = [.. _session.Inspect(_clock.GetUtcNow()).Select(w => _leases[w])];
        await InterruptAsync(ended);
        return Progress();
    }

    /// <summary>Cancels the upload; returns when nobody writes any more. False if it was finished or ended before.</summary>
    public async Task<bool> TerminateAsync(Func<UploadSession, bool>? unless = null)
    {
        List<WriterLease> ended;
        lock (_gate)
        {
            if (_session.State != UploadState.Receiving || (unless is not null && unless(_session)))
                return false;
            ended = [.. _session.Terminate().Select(w => _leases[w])];
            Changed();
        }
        await InterruptAsync(ended);
        return true;
    }

    /// <summary>Interrupts every writer, for the end of the process, and waits until what they have in hand is stored.</summary>
    public Task InterruptAllAsync()
    {
        List<WriterLease> all;
        lock (_gate) all = [.. _leases.Values];
        return InterruptAsync(all);
    }

    /// <param name="lease">Who brings the bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="ahead">How many before them are written and not committed yet.</param>
    public UploadErrorCode? Plan(WriterLease lease, long count, long ahead = 0)
    {
        lock (_gate) return _session.Plan(lease.Writer, count, lease.Pieces, ahead);
    }

    /// <summary>Bytes are stored. Returns the prefix, in bytes, for the digest.</summary>
    public long Commit(WriterLease lease, long count, ClientNetwork? network)
    {
        lock (_gate)
        {
            _session.Commit(lease.Writer, count, _clock.GetUtcNow());
            _paths.Add(network, count);
            Changed();
            return _session.Offset;
        }
    }

    public void Skip(WriterLease lease, long count)
    {
        lock (_gate) _session.Skip(lease.Writer, count, _clock.GetUtcNow());
    }

    public void Replace(WriterLease lease, FileClaim file)
    {
        lock (_gate)
        {
            _session.Replace(lease.Writer, _clock.GetUtcNow());
            Changed();
            ContentType = file.ContentType;
            Expected = file.Digests; // what was said before was said of another file
        }
    }

    /// <summary>From now on the finished file must have these digests.</summary>
    public void Expect(IReadOnlyList<ExpectedChecksum> digests)
    {
        lock (_gate) Expected = digests;
    }

    /// <summary>The staged bytes, opened when they are not open.</summary>
    public async ValueTask<IStagedUpload> OpenAsync(IUploadStore store)
    {
        if (Volatile.Read(ref _staged) is { } open)
            return open;
        await _opening.WaitAsync();
        try
        {
            return _staged ??= await store.OpenAsync(Id, CancellationToken.None) ?? throw new UploadException(UploadErrorCode.Gone);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Sets a length that was deferred. LengthMismatch if another is known, or more bytes are held.</summary>
    public async Task<UploadErrorCode?> SetLengthAsync(IUploadStore store, long length)
    {
        await _opening.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (_session.Length is { } known)
                    return known == length ? null : UploadErrorCode.LengthMismatch;
                if (_session.State != UploadState.Receiving)
                    return UploadErrorCode.Gone;
                if (_session.Progress().Received is [.., var last] && last.End > length)
                    return UploadErrorCode.LengthMismatch;
            }
            _staged ??= await store.OpenAsync(Id, CancellationToken.None) ?? throw new UploadException(UploadErrorCode.Gone);
            await _staged.SetLengthAsync(length, CancellationToken.None);
            lock (_gate) return _session.SetLength(length, _clock.GetUtcNow());
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Closes the bytes of an upload that nobody has touched for <paramref name="idle"/>: thousands of sleeping uploads need no descriptors.</summary>
    public async Task CloseIfIdleAsync(TimeSpan idle)
    {
        await _opening.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (_staged is null || _leases.Count > 0 || _session.State == UploadState.Finishing || _clock.GetUtcNow() - _session.LastActivity < idle)
                    return;
            }
            await _staged.DisposeAsync();
            _staged = null;
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CaughtUpAsync();
        await _opening.WaitAsync();
        if (_staged is not null)
            await _staged.DisposeAsync();
        _staged = null;
        Digest.Dispose();
        _opening.Release();
    }

    /// <summary>Wakes who waits for a change. Called under the gate; costs nothing while nobody does.</summary>
    private void Changed()
    {
        _changed?.SetResult();
        _changed = null;
    }

    private static async Task InterruptAsync(List<WriterLease> leases)
    {
        foreach (var lease in leases)
            lease.Revoke();
        foreach (var lease in leases)
            await lease.Released;
    }
}
