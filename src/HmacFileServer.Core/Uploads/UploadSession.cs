namespace HmacFileServer.Core.Uploads;

/// <summary>
/// One upload, whatever protocol its bytes come by. It decides who may write what, who ends whom, and when the file is whole;
/// bytes never pass through it. Not safe for several threads at once: the shell holds a lock around each command.
/// </summary>
/// <remarks>
/// Who ends whom: a newcomer ends every writer whose remaining range overlaps its own; an append or whole file ends every
/// earlier append or whole file, a whole file ends all; asking for the offset ends appends and whole files, never a segment.
/// A writer that was ended is <see cref="WriterState.Revoked"/> until the shell releases it, and what it stored is kept.
/// </remarks>
public sealed class UploadSession
{
    private readonly List<UploadWriter> _writers = []; // unreleased, in order of arrival
    private readonly RangeSet _received;

    /// <param name="id">Its name.</param>
    /// <param name="length">Total bytes; null while deferred.</param>
    /// <param name="received">What a store holds of it; the session takes it over.</param>
    /// <param name="lastActivity">When bytes last came.</param>
    public UploadSession(UploadId id, long? length, RangeSet received, DateTimeOffset lastActivity)
    {
        Id = id;
        Length = length;
        _received = received;
        LastActivity = lastActivity;
    }

    public UploadId Id { get; }

    /// <summary>Total bytes; null while deferred.</summary>
    public long? Length { get; private set; }

    public UploadState State { get; private set; }

    public DateTimeOffset LastActivity { get; private set; }

    /// <summary>Bytes that came although they were held.</summary>
    public long DuplicateBytes { get; private set; }

    /// <summary>Length of the contiguous prefix, in bytes.</summary>
    public long Offset => _received.ContiguousPrefix;

    /// <summary>True when every byte of a known length is held.</summary>
    public bool IsWhole => Length is { } length && _received.Count == length;

    /// <summary>Sets a deferred length. LengthMismatch if another is known or more bytes are held.</summary>
    public UploadErrorCode? SetLength(long length, DateTimeOffset now)
    {
        if (Length is { } known)
            return known == length ? null : UploadErrorCode.LengthMismatch;
        if (State != UploadState.Receiving)
            return NotReceiving();
        if (length < 0 || (_received.Runs.Count > 0 && _received.Runs[^1].End > length))
            return UploadErrorCode.LengthMismatch;
        Length = length;
        foreach (var writer in _writers.Where(w => w.State == WriterState.Active && w.Range.End > length))
            writer.Range = writer.Range with { End = length };
        LastActivity = now;
        return null;
    }

    /// <summary>
    /// Asks to write; ends the writers that are in the way. The writer starts with <see cref="Start"/>, once those in
    /// <see cref="ClaimOutcome.WaitFor"/> are released.
    /// </summary>
    public ClaimOutcome Claim(WriteClaim claim, DateTimeOffset now)
    {
        if (State != UploadState.Receiving)
            return ClaimOutcome.Refused(NotReceiving());
        if (Check(claim) is { } error)
            return ClaimOutcome.Refused(error);
        var waitFor = EndWhere(w => IsInTheWay(w, claim));
        var writer = new UploadWriter(claim);
        _writers.Add(writer);
        LastActivity = now;
        return new ClaimOutcome(writer, null, waitFor);
    }

    /// <summary>How many writers at work a claim would end. Changes nothing.</summary>
    public int CountInTheWay(WriteClaim claim) => _writers.Count(w => w.State != WriterState.Revoked && IsInTheWay(w, claim));

    /// <summary>How many writers are at work, or wait for others to let go; without those that were ended.</summary>
    public int CountAtWork => _writers.Count(w => w.State != WriterState.Revoked);

    /// <summary>
    /// Lets a writer begin, after those it waited for were released. TakenOver if a still newer request ended it meanwhile;
    /// OffsetMismatch if an append does not begin where the upload continues. A refused writer still has to be released.
    /// </summary>
    public UploadErrorCode? Start(UploadWriter writer, DateTimeOffset now)
    {
        if (State != UploadState.Receiving)
            return NotReceiving();
        if (writer.State != WriterState.Waiting)
            return UploadErrorCode.TakenOver;
        if (writer.Kind == WriterKind.Append && writer.Range.Start != Offset)
            return UploadErrorCode.OffsetMismatch;
        if (Length is { } length && writer.Range.End > length)
            writer.Range = writer.Range with { End = length };
        writer.State = WriterState.Active;
        LastActivity = now;
        return null;
    }

    /// <summary>
    /// Says what is to be done with the writer's next <paramref name="count"/> bytes, piece by piece, without changing anything.
    /// BodyTooLong if the writer may not bring so many; Gone after <see cref="Terminate"/>.
    /// </summary>
    /// <param name="writer">Who brings them.</param>
    /// <param name="count">How many.</param>
    /// <param name="pieces">Takes the plan.</param>
    /// <param name="ahead">How many bytes before these are written and not committed, because a checksum over all of them is still to come.</param>
    public UploadErrorCode? Plan(UploadWriter writer, long count, List<PlannedPiece> pieces, long ahead = 0)
    {
        pieces.Clear();
        if (State == UploadState.Ended)
            return UploadErrorCode.Gone;
        if (writer.State is not (WriterState.Active or WriterState.Revoked))
            return UploadErrorCode.TakenOver;
        if (count > writer.Remaining.Length - ahead)
            return UploadErrorCode.BodyTooLong;
        var range = new ByteRange(writer.Position + ahead, writer.Position + ahead + count);
        var heldAction = writer.Kind == WriterKind.Whole ? PieceAction.Compare : PieceAction.Skip;
        var from = range.Start;
        foreach (var held in _received.Within(range))
        {
            if (held.Start > from)
                pieces.Add(new PlannedPiece(PieceAction.Write, new ByteRange(from, held.Start)));
            pieces.Add(new PlannedPiece(heldAction, held));
            from = held.End;
        }
        if (from < range.End)
            pieces.Add(new PlannedPiece(PieceAction.Write, new ByteRange(from, range.End)));
        return null;
    }

    /// <summary>The writer's next bytes are stored, as the durability promises: from now on they are acknowledged.</summary>
    public void Commit(UploadWriter writer, long count, DateTimeOffset now)
    {
        if (State is UploadState.Ended or UploadState.Complete)
            return;
        _received.Add(new ByteRange(writer.Position, writer.Position + count));
        Advance(writer, count, now);
    }

    /// <summary>The writer's next bytes were held already (and, for a whole file, equal).</summary>
    public void Skip(UploadWriter writer, long count, DateTimeOffset now)
    {
        DuplicateBytes += count;
        Advance(writer, count, now);
    }

    /// <summary>
    /// A whole file differs at the writer's position from what is held: everything from there on is forgotten, so that the
    /// file is never a mixture of two. Returns how many bytes from the start are kept.
    /// </summary>
    public long Replace(UploadWriter writer, DateTimeOffset now)
    {
        _received.Remove(new ByteRange(writer.Position, long.MaxValue));
        LastActivity = now;
        return writer.Position;
    }

    /// <summary>The writer touches nothing any more.</summary>
    public void Release(UploadWriter writer)
    {
        writer.State = WriterState.Released;
        _writers.Remove(writer);
    }

    /// <summary>
    /// Asks for the true offset: ends appends and whole files. Returns those that have to let go before
    /// <see cref="Progress"/> tells it.
    /// </summary>
    public IReadOnlyList<UploadWriter> Inspect(DateTimeOffset now)
    {
        if (State == UploadState.Receiving)
            LastActivity = now;
        return EndWhere(w => w.IsSequential);
    }

    /// <summary>Cancels the upload for good. Returns the writers that have to let go before its bytes are removed.</summary>
    public IReadOnlyList<UploadWriter> Terminate()
    {
        if (State is UploadState.Receiving)
            State = UploadState.Ended;
        return EndWhere(_ => true);
    }

    /// <summary>
    /// True for exactly one caller when every byte is there: the one that verifies and publishes. Not while a whole file is being
    /// brought: it may turn out to be another one, and replace what is held.
    /// </summary>
    public bool TryBeginFinish()
    {
        if (State != UploadState.Receiving || !IsWhole || _writers.Exists(w => w.Kind == WriterKind.Whole && w.State != WriterState.Waiting))
            return false;
        State = UploadState.Finishing;
        return true;
    }

    /// <summary>The one that finished says how it went. After a failure of the store the upload goes on as it was.</summary>
    /// <param name="result">Complete; Receiving to try again; Ended when the bytes were discarded.</param>
    /// <param name="now">When.</param>
    public void EndFinish(UploadState result, DateTimeOffset now)
    {
        State = result;
        LastActivity = now;
    }

    /// <summary>True if no request has touched an unfinished upload for <paramref name="timeout"/>.</summary>
    public bool IsAbandoned(DateTimeOffset now, TimeSpan timeout) => State == UploadState.Receiving && now - LastActivity >= timeout;

    /// <summary>What is held now. Ends and delays nothing.</summary>
    public UploadProgress Progress() =>
        new(State, Length, Offset, [.. _received.Runs], _received.Count, DuplicateBytes, LastActivity, _writers.Count(w => w.State == WriterState.Active));

    private static bool IsInTheWay(UploadWriter writer, WriteClaim claim) =>
        claim.Kind == WriterKind.Whole || (claim.Kind == WriterKind.Append && writer.IsSequential) || writer.Remaining.Overlaps(claim.Range);

    private UploadErrorCode? Check(WriteClaim claim)
    {
        if (claim.Total is { } total && total != Length)
            return UploadErrorCode.LengthMismatch;
        if (claim.Kind != WriterKind.Append && Length is null)
            return UploadErrorCode.LengthRequired;
        if (claim.Range.Start < 0 || claim.Range.End < claim.Range.Start)
            return UploadErrorCode.RangeInvalid;
        if (Length is { } length && claim.Range.End != long.MaxValue && claim.Range.End > length)
            return claim.Kind == WriterKind.Segment ? UploadErrorCode.RangeUnsatisfiable : UploadErrorCode.BodyTooLong;
        return null;
    }

    private void Advance(UploadWriter writer, long count, DateTimeOffset now)
    {
        writer.Position += count;
        LastActivity = now;
    }

    private List<UploadWriter> EndWhere(Predicate<UploadWriter> inTheWay)
    {
        var ended = _writers.FindAll(inTheWay);
        foreach (var writer in ended)
            writer.State = WriterState.Revoked;
        return ended;
    }

    private UploadErrorCode NotReceiving() => State switch
    {
        UploadState.Ended => UploadErrorCode.Gone,
        _ => UploadErrorCode.AlreadyComplete,
    };
}
