using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>go-sendxmpp as Debian packages it: a command that uploads a file and sends its link.</summary>
internal static class GoSendxmppClient
{
    private const string Program = "/usr/bin/go-sendxmpp";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Skips the test, saying what is missing, where it cannot be run.</summary>
    public static void SkipUnlessInstalled() =>
        Assert.SkipUnless(File.Exists(Program), "go-sendxmpp is not installed (Debian package go-sendxmpp).");

    /// <summary>Uploads a file; it finds the upload service by itself, and names and types the file as it likes.</summary>
    public static Task UploadAsync(XmppAccount account, string file) =>
        ChildProcess.RunAsync(
            Program,
            ["-n", "-u", account.Jid, "-p", account.Password, "-j", account.Server.ToString(), "--http-upload", file, account.Jid],
            Limit);
}
