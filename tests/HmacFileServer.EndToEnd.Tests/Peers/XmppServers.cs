namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>Which server, and how it signs slots.</summary>
public enum XmppServerKind
{
    /// <summary>Prosody's mod_http_upload_external, `?v=`.</summary>
    ProsodyV1,

    /// <summary>Prosody's mod_http_upload_external, `?v2=`.</summary>
    ProsodyV2,

    /// <summary>Prosody's mod_http_file_share, a token in a header.</summary>
    ProsodyJwt,

    /// <summary>ejabberd's mod_http_upload with `external_secret`, `?v=`.</summary>
    Ejabberd,
}

internal static class XmppServers
{
    /// <summary>
    /// Starts a server that gives slots below <paramref name="baseUrl"/>, signed with <paramref name="secret"/>. Skips the test, saying what is missing, where
    /// it is not installed.
    /// </summary>
    public static Task<XmppServer> StartAsync(XmppServerKind kind, string baseUrl, string secret)
    {
        if (kind == XmppServerKind.Ejabberd)
        {
            EjabberdServer.SkipUnlessInstalled();
            return new EjabberdServer(baseUrl, secret).StartAsync();
        }
        ProsodyServer.SkipUnlessInstalled();
        return new ProsodyServer(kind, baseUrl, secret).StartAsync();
    }
}
