namespace HmacFileServer.Client;

/// <summary>What an upload speaks on the wire.</summary>
public enum UploadProtocol
{
    /// <summary>What the server offers, the best first.</summary>
    Auto,

    /// <summary>Segments in any order and over all paths at once (RFC 9110 §14.5): this product's server.</summary>
    Segments,

    /// <summary>tus 1.0.0; several paths at once where the server has the concatenation extension.</summary>
    Tus,

    /// <summary>Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload), one path at a time.</summary>
    Ietf,

    /// <summary>One plain PUT (XEP-0363). It cannot go on after a break: it begins again.</summary>
    Put,
}
