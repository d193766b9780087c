namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>An XMPP server in a process of its own, with one account and an upload service.</summary>
internal interface IXmppServer : IAsyncDisposable
{
    XmppAccount Account { get; }
}

/// <summary>Which server, and how it signs slots.</summary>
public enum XmppServerKind
{
    /// <summary>Prosody's mod_http_upload_external, `?v=`.</summary>
    ProsodyV1,

    /// <summary>Prosody's mod_http_upload_external, `?v2=`.</summary>
    ProsodyV2,

    /// <summary>ejabberd's mod_http_upload with `external_secret`, `?v=`.</summary>
    Ejabberd,
}

internal static class XmppServers
{
    /// <summary>
    /// Starts a server that gives slots below <paramref name="baseUrl"/>, signed with <paramref name="secret"/>. Skips the test, saying what is missing, where
    /// it is not installed.
    /// </summary>
    public static async Task<IXmppServer> StartAsync(XmppServerKind kind, string baseUrl, string secret)
    {
        if (kind == XmppServerKind.Ejabberd)
        {
            EjabberdServer.SkipUnlessInstalled();
            return await EjabberdServer.StartAsync(baseUrl, secret);
        }
        ProsodyServer.SkipUnlessInstalled();
        return await ProsodyServer.StartAsync(kind, baseUrl, secret);
    }
}
