namespace HmacFileServer.Core.Uploads;

/// <summary>Everything that can be wrong with a request for an upload. Protocol adapters map it; none invents a code of its own.</summary>
public enum UploadErrorCode
{
    MalformedPath,
    MalformedHeader,
    MissingToken,
    WrongToken,
    ExpiredToken,
    MissingBearer,
    WrongBearer,
    NotFound,
    Gone,
    AlreadyComplete,
    LengthRequired,
    LengthMismatch,
    TooLarge,
    OffsetMismatch,
    RangeInvalid,
    RangeUnsatisfiable,
    ContentTypeUnsupported,
    ChecksumMismatch,
    DigestMismatch,
    BodyTooLong,
    BodyIncomplete,
    TakenOver,
    Concatenated,
    StorageFull,
    StorageFailed,
    TooManyUploads,
    TooManyWriters,
    ShuttingDown,
    InternalFault,
}

/// <summary>One row of the error table.</summary>
/// <param name="Code">What is wrong.</param>
/// <param name="Status">The HTTP status; an adapter may have to send another that its protocol demands (tus 460, JWT 401).</param>
/// <param name="Message">What to do about it, for the person who reads the response.</param>
/// <param name="Retryable">True if the same request may succeed later, or from the true offset.</param>
public sealed record UploadError(UploadErrorCode Code, int Status, string Message, bool Retryable)
{
    private static readonly Dictionary<UploadErrorCode, UploadError> Table = new UploadError[]
    {
        new(UploadErrorCode.MalformedPath, 400, "The path is malformed: each segment must be valid percent-encoded UTF-8 without '/', control characters, '.' or '..'.", false),
        new(UploadErrorCode.MalformedHeader, 400, "A request header is malformed.", false),
        new(UploadErrorCode.MissingToken, 403, "The URL carries no upload token; ask the XMPP server for a new slot.", false),
        new(UploadErrorCode.WrongToken, 403, "The upload token does not match this path, length and content type.", false),
        new(UploadErrorCode.ExpiredToken, 403, "The upload token has expired; ask for a new slot.", false),
        new(UploadErrorCode.MissingBearer, 401, "The request carries no token: send it as 'Authorization: Bearer'.", false),
        new(UploadErrorCode.WrongBearer, 403, "The bearer token is not one that allows this.", false),
        new(UploadErrorCode.NotFound, 404, "There is nothing at this address.", false),
        new(UploadErrorCode.Gone, 410, "This upload has ended and its bytes are gone; start a new one.", false),
        new(UploadErrorCode.AlreadyComplete, 409, "A complete file is already stored here.", false),
        new(UploadErrorCode.LengthRequired, 411, "The request must say how long the body is (Content-Length).", false),
        new(UploadErrorCode.LengthMismatch, 400, "The length differs from the length of this upload.", false),
        new(UploadErrorCode.TooLarge, 413, "The file is larger than this server accepts.", false),
        new(UploadErrorCode.OffsetMismatch, 409, "The offset is not where this upload continues; ask for the offset with HEAD.", true),
        new(UploadErrorCode.RangeInvalid, 400, "Content-Range must be 'bytes first-last/total' with the length of the body.", false),
        new(UploadErrorCode.RangeUnsatisfiable, 416, "Content-Range lies outside this upload.", false),
        new(UploadErrorCode.ContentTypeUnsupported, 415, "The content type is not the one that this protocol asks for.", false),
        new(UploadErrorCode.ChecksumMismatch, 400, "The checksum of the body does not match; send it again.", true),
        new(UploadErrorCode.DigestMismatch, 400, "The digest of the whole file does not match; the upload was discarded.", false),
        new(UploadErrorCode.BodyTooLong, 400, "The body is longer than it may be here.", false),
        new(UploadErrorCode.BodyIncomplete, 400, "The body ended early; what arrived is kept.", true),
        new(UploadErrorCode.TakenOver, 409, "A newer request took over this upload; what arrived is kept.", true),
        new(UploadErrorCode.Concatenated, 403, "This upload is made of others and takes no bytes of its own.", false),
        new(UploadErrorCode.StorageFull, 507, "The server's disk is full; what was acknowledged is kept, try again later.", true),
        new(UploadErrorCode.StorageFailed, 500, "The server could not store the bytes; what was acknowledged is kept.", true),
        new(UploadErrorCode.TooManyUploads, 503, "The server is busy with other uploads; try again in a moment.", true),
        new(UploadErrorCode.TooManyWriters, 503, "Too many requests write to this upload at once; try again when one of them is done.", true),
        new(UploadErrorCode.ShuttingDown, 503, "The server is shutting down; what arrived is kept, go on in a moment.", true),
        new(UploadErrorCode.InternalFault, 500, "The server failed, and its log says why; what was acknowledged is kept, try again.", true),
    }.ToDictionary(e => e.Code);

    /// <summary>The row of a code.</summary>
    public static UploadError Of(UploadErrorCode code) => Table[code];
}

/// <summary>Carries an <see cref="UploadErrorCode"/> from where a raw failure was translated to the adapter that answers.</summary>
public sealed class UploadException : Exception
{
    public UploadException(UploadErrorCode code, string? detail = null, Exception? inner = null)
        : base(detail ?? UploadError.Of(code).Message, inner) => Error = UploadError.Of(code);

    public UploadError Error { get; }
}
