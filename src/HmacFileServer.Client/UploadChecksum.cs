namespace HmacFileServer.Client;

/// <summary>How it is made sure that the server stored what was in the file: computed beside the upload, and compared with what the server computed.</summary>
public enum UploadChecksum
{
    /// <summary>Not at all: damage on the way stays unnoticed. The file's length and time of change are watched all the same.</summary>
    None,

    /// <summary>
    /// CRC-32C (RFC 9260 appendix B), which costs next to nothing, where the server tells it; SHA-256 where it does not. Of damage that happens by
    /// chance it misses one case in four thousand million; it is no proof against somebody who changes bytes on purpose, and for that there is TLS.
    /// </summary>
    Crc32C,

    /// <summary>SHA-256 (FIPS 180-4): most of what an upload costs the processor.</summary>
    Sha256,
}
