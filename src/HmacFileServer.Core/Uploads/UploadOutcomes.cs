namespace HmacFileServer.Core.Uploads;

/// <summary>The answer to a claim.</summary>
/// <param name="Writer">The lease; null if the claim was refused.</param>
/// <param name="Error">Why it was refused; null if it was not.</param>
/// <param name="WaitFor">
/// Writers that the claim ended, now or that were ended before and have not let go: the shell interrupts each, and starts
/// the newcomer when all are released. It waits for a write in flight, never for a network.
/// </param>
public readonly record struct ClaimOutcome(UploadWriter? Writer, UploadErrorCode? Error, IReadOnlyList<UploadWriter> WaitFor)
{
    internal static ClaimOutcome Refused(UploadErrorCode error) => new(null, error, []);
}

/// <summary>What is to be done with a run of incoming bytes.</summary>
public enum PieceAction
{
    /// <summary>New: write it, then commit it.</summary>
    Write,

    /// <summary>Held already: a duplicate, to be skipped.</summary>
    Skip,

    /// <summary>Held already, but the request brings the whole file: compare, then skip, or replace from the first difference on.</summary>
    Compare,
}

/// <summary>A run of incoming bytes, and what is to be done with it.</summary>
public readonly record struct PlannedPiece(PieceAction Action, ByteRange Range);

/// <summary>An upload at one instant.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Length">Total bytes; null while deferred.</param>
/// <param name="Offset">Length of the contiguous prefix, in bytes.</param>
/// <param name="Received">The runs held, in order.</param>
/// <param name="ReceivedBytes">How many bytes are held.</param>
/// <param name="DuplicateBytes">How many bytes came although they were held.</param>
/// <param name="LastActivity">When a request last touched it (UTC).</param>
/// <param name="Writers">How many requests are writing.</param>
public sealed record UploadProgress(
    UploadState State, long? Length, long Offset, IReadOnlyList<ByteRange> Received, long ReceivedBytes, long DuplicateBytes, DateTimeOffset LastActivity, int Writers)
{
    /// <summary>As `Upload-Received` has it.</summary>
    public string ReceivedText => string.Join(", ", Received);
}
