namespace HmacFileServer.Core.Slots;

/// <summary>
/// How a slot is signed. All are HMAC-SHA256 over the decoded path `P` below the base path and more. When a URL carries several, only
/// the one that binds the most counts: expiring, then v2, then token, then v1; a valid weaker one does not save a wrong stronger one.
/// </summary>
public enum SlotVariant
{
    None,

    /// <summary>`?v=`, hex, over `P` SP length: Prosody mod_http_upload_external v1, and ejabberd mod_http_upload `external_secret`.</summary>
    V1,

    /// <summary>`?v2=`, hex, over `P` NUL length NUL content type: Prosody mod_http_upload_external v2.</summary>
    V2,

    /// <summary>`?token=`, hex: Metronome. For an upload over the same bytes as v2, for a deletion over `P` NUL delete secret.</summary>
    Token,

    /// <summary>`?exp=&amp;sig=`, base64url without padding, over `hfs1` LF method LF `P` LF length LF content type LF exp: ours.</summary>
    Expiring,
}

/// <summary>What a slot lets its bearer do. An upload slot also lets him ask how far the upload got, and resume it.</summary>
public enum SlotOperation
{
    /// <summary>Signed as method PUT, whichever method (POST, HEAD, GET, PATCH) then carries the upload on.</summary>
    Upload,

    /// <summary>Signed as method DELETE, with length 0 and an empty content type.</summary>
    Delete,
}
