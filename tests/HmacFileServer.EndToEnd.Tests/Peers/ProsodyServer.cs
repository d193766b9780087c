using System.Globalization;
using System.Net;
using System.Text;
using HmacFileServer.EndToEnd.Tests.Operations;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>
/// Prosody as Debian packages it, on a loopback address of its own, with data, key and configuration in a temporary folder, one account,
/// and the component of docs/operators that gives slots for an upload server elsewhere.
/// </summary>
internal sealed class ProsodyServer : IXmppServer
{
    private const string Program = "/usr/bin/prosody";
    private const string Control = "/usr/bin/prosodyctl";
    private const string UploadModule = "/usr/lib/prosody/modules/mod_http_upload_external";
    private const int ClientPort = 5222;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private ProsodyServer(TemporaryFolder folder, ChildProcess process, XmppAccount account)
    {
        _folder = folder;
        _process = process;
        Account = account;
    }

    public XmppAccount Account { get; }

    /// <summary>Skips the test, saying what is missing, where Prosody cannot be started.</summary>
    public static void SkipUnlessInstalled()
    {
        Assert.SkipUnless(File.Exists(Program), "Prosody is not installed (Debian package prosody).");
        Assert.SkipUnless(Directory.Exists(UploadModule), "Prosody's mod_http_upload_external is not installed (Debian package prosody-modules).");
    }

    /// <summary>Starts a Prosody that gives slots below <paramref name="baseUrl"/>, signed with <paramref name="secret"/>.</summary>
    public static async Task<ProsodyServer> StartAsync(XmppServerKind kind, string baseUrl, string secret)
    {
        var folder = new TemporaryFolder();
        ChildProcess? process = null;
        try
        {
            var address = LoopbackAddress.Next();
            var certificate = TestCertificate.Create(folder.Path, "localhost", address);
            var configuration = folder["prosody.cfg.lua"];
            await File.WriteAllTextAsync(configuration, Configuration(folder.Path, address, certificate, kind, baseUrl, secret));
            var account = new XmppAccount(
                "alice@localhost", "correct horse", new IPEndPoint(address, ClientPort), certificate.CertificateFile, "upload.localhost");
            await ChildProcess.RunAsync(Control, ["--config", configuration, "register", "alice", "localhost", account.Password], StartLimit);
            process = ChildProcess.Start(Program, ["--config", configuration, "-F"]);
            await process.WaitForLineAsync($"Activated service 'c2s' on [{address}]", StartLimit);
            return new ProsodyServer(folder, process, account);
        }
        catch
        {
            if (process is not null)
                await process.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static string Configuration(
        string folder, IPAddress address, TestCertificate certificate, XmppServerKind kind, string baseUrl, string secret) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
        run_as_root = {{(Environment.IsPrivilegedProcess ? "true" : "false")}}
        daemonize = false
        pidfile = {{Lua(Path.Combine(folder, "prosody.pid"))}}
        data_path = {{Lua(folder)}}
        log = { info = "*console" }
        interfaces = { {{Lua(address.ToString())}} }
        c2s_ports = { {{ClientPort}} }
        modules_enabled = { "disco", "roster", "saslauth", "tls", "ping" }
        modules_disabled = { "s2s" }
        VirtualHost "localhost"
          ssl = { certificate = {{Lua(certificate.CertificateFile)}}, key = {{Lua(certificate.KeyFile)}} }
          disco_items = { { "upload.localhost", "uploads" } }
        {{OperatorSnippet.Prosody
            .With("\"upload.example.org\"", Lua("upload.localhost"))
            .With("\"https://files.example.org/\"", Lua(baseUrl))
            .With("\"the secret that both share\"", Lua(secret))
            .With("\"v2\"", kind == XmppServerKind.ProsodyV2 ? "\"v2\"" : "\"v1\"")}}
        """);

    // Every byte as a decimal escape: no quoting rule of Lua can be got wrong.
    private static string Lua(string text) =>
        $"\"{string.Concat(Encoding.UTF8.GetBytes(text).Select(b => string.Create(CultureInfo.InvariantCulture, $"\\{b:d3}")))}\"";
}
