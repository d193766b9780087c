namespace HmacFileServer.Core.Configuration;

/// <summary>Whether JSON Web Tokens authorise uploads: those of Prosody's mod_http_file_share on slots, and ours on `/files/`.</summary>
public enum JwtUse
{
    /// <summary>They do, and so do signatures in URLs.</summary>
    Accepted,

    /// <summary>They alone do; a signature in a URL does not.</summary>
    Only,

    /// <summary>They do not.</summary>
    Off,
}
