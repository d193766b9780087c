using System.Globalization;
using System.Text;
using HmacFileServer.EndToEnd.Tests.Operations;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>Prosody, with one of the two components of docs/operators that give slots for an upload server elsewhere.</summary>
internal sealed class ProsodyServer(XmppServerKind kind, string baseUrl, string secret) : XmppServer
{
    private const string Program = "/usr/bin/prosody";
    private const string Control = "/usr/bin/prosodyctl";
    private const string UploadModule = "/usr/lib/prosody/modules/mod_http_upload_external";

    protected override IEnumerable<string> ReadyLines => [$"Activated service 'c2s' on [{Address}]"];

    /// <summary>Skips the test, saying what is missing, where Prosody cannot be started.</summary>
    public static void SkipUnlessInstalled()
    {
        Assert.SkipUnless(File.Exists(Program), "Prosody is not installed (Debian package prosody).");
        Assert.SkipUnless(Directory.Exists(UploadModule), "Prosody's mod_http_upload_external is not installed (Debian package prosody-modules).");
    }

    protected override async Task<ChildProcess> LaunchAsync(TimeSpan limit)
    {
        var file = Folder["prosody.cfg.lua"];
        await File.WriteAllTextAsync(file, Configuration());
        await ChildProcess.RunAsync(Control, ["--config", file, "register", "alice", "localhost", Account.Password], limit);
        return ChildProcess.Start(Program, ["--config", file, "-F"]);
    }

    private OperatorSnippet Component() => kind == XmppServerKind.ProsodyJwt
        ? OperatorSnippet.ProsodyFileShare
        : OperatorSnippet.Prosody.With("\"v2\"", kind == XmppServerKind.ProsodyV2 ? "\"v2\"" : "\"v1\"");

    private string Configuration() =>
        string.Create(CultureInfo.InvariantCulture, $$"""
        run_as_root = {{(Environment.IsPrivilegedProcess ? "true" : "false")}}
        daemonize = false
        pidfile = {{Lua(Folder["prosody.pid"])}}
        data_path = {{Lua(Folder.Path)}}
        log = { info = "*console" }
        interfaces = { {{Lua(Address.ToString())}} }
        c2s_ports = { {{ClientPort}} }
        modules_enabled = { "disco", "roster", "saslauth", "tls", "ping" }
        modules_disabled = { "s2s" }
        VirtualHost "localhost"
          ssl = { certificate = {{Lua(Certificate.CertificateFile)}}, key = {{Lua(Certificate.KeyFile)}} }
          disco_items = { { "upload.localhost", "uploads" } }
        {{Component()
            .With("\"upload.example.org\"", Lua("upload.localhost"))
            .With("\"https://files.example.org/\"", Lua(baseUrl))
            .With("\"the secret that both share\"", Lua(secret))}}
        """);

    // Every byte as a decimal escape: no quoting rule of Lua can be got wrong.
    private static string Lua(string text) =>
        $"\"{string.Concat(Encoding.UTF8.GetBytes(text).Select(b => string.Create(CultureInfo.InvariantCulture, $"\\{b:d3}")))}\"";
}
