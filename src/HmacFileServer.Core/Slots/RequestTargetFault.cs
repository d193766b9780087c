namespace HmacFileServer.Core.Slots;

/// <summary>Why a request target names no file. Each is for the person who reads the answer; none is worked around.</summary>
public enum RequestTargetFault
{
    None,

    /// <summary>Neither origin form nor absolute form (RFC 9112 §3.2): `*`, an authority, an unknown scheme.</summary>
    NotAPath,

    /// <summary>Longer than <see cref="RequestTargetParser.MaxTargetBytes"/>.</summary>
    TargetTooLong,

    /// <summary>A well-formed path that does not lie below the base path.</summary>
    OutsideBasePath,

    /// <summary>The base path itself.</summary>
    NoFileName,

    /// <summary>Two slashes in a row, or one at the end.</summary>
    EmptySegment,

    /// <summary>A segment that is `.` or `..`, escaped or not.</summary>
    DotSegment,

    /// <summary>A segment whose decoded form has a slash (`%2F`): it would name another file once it is a path.</summary>
    EncodedSlash,

    /// <summary>A `%` that two hex digits do not follow.</summary>
    MalformedEscape,

    /// <summary>Escapes that decode to something that is not UTF-8 (overlong forms and surrogates included).</summary>
    InvalidUtf8,

    /// <summary>NUL, a C0 or C1 control character or DEL, escaped or not.</summary>
    ControlCharacter,

    /// <summary>A byte that must be escaped in a request target and was not: a space, `#`, anything beyond ASCII.</summary>
    UnescapedCharacter,

    /// <summary>A decoded segment of more than <see cref="Uploads.SlotPath.MaxSegmentBytes"/> bytes.</summary>
    SegmentTooLong,

    /// <summary>More than <see cref="Uploads.SlotPath.MaxSegments"/> segments below the base path.</summary>
    TooManySegments,

    /// <summary>More than <see cref="QueryParameters.MaxCount"/> query parameters.</summary>
    TooManyParameters,
}
