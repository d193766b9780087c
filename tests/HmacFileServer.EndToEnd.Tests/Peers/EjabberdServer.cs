using System.Net;
using HmacFileServer.EndToEnd.Tests.Operations;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>
/// ejabberd as Debian packages it, on a loopback address of its own, with one account and the slots of docs/operators for an upload server elsewhere. Its virtual
/// machine is started without a node name: no port mapper is left behind, and several run side by side.
/// </summary>
internal sealed class EjabberdServer : IXmppServer
{
    private const string Program = "/usr/bin/erl";
    private const string Password = "correct horse";
    private const int ClientPort = 5222;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private EjabberdServer(TemporaryFolder folder, ChildProcess process, XmppAccount account)
    {
        _folder = folder;
        _process = process;
        Account = account;
    }

    public XmppAccount Account { get; }

    /// <summary>Skips the test, saying what is missing, where ejabberd cannot be started.</summary>
    public static void SkipUnlessInstalled() =>
        Assert.SkipUnless(File.Exists(Program) && Libraries() is not null, "ejabberd is not installed (Debian package ejabberd).");

    public static async Task<EjabberdServer> StartAsync(string baseUrl, string secret)
    {
        var folder = new TemporaryFolder();
        ChildProcess? process = null;
        try
        {
            var address = LoopbackAddress.Next();
            var certificate = TestCertificate.Create(folder.Path, "localhost", address);
            await File.WriteAllTextAsync(folder["ejabberd.yml"], Configuration(address, certificate, baseUrl, secret));
            var environment = new Dictionary<string, string>
            {
                ["ERL_LIBS"] = Libraries()!,
                ["ERL_CRASH_DUMP"] = folder["crash.dump"],
                ["EJABBERD_CONFIG_PATH"] = folder["ejabberd.yml"],
                ["EJABBERD_LOG_PATH"] = folder["ejabberd.log"],
            };
            var register = $"io:format(\"alice: ~p~n\", [ejabberd_auth:try_register(<<\"alice\">>, <<\"localhost\">>, <<\"{Password}\">>)]).";
            process = ChildProcess.Start(
                Program, ["-noinput", "-mnesia", "dir", $"\"{folder["spool"]}\"", "-s", "ejabberd", "-eval", register], environment: environment, folder: folder.Path);
            await process.WaitForLineAsync("Start accepting TCP connections", StartLimit);
            await process.WaitForLineAsync("alice: ok", StartLimit);
            var account = new XmppAccount(
                "alice@localhost", Password, new IPEndPoint(address, ClientPort), certificate.CertificateFile, "upload.localhost");
            return new EjabberdServer(folder, process, account);
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

    /// <summary>The folder of Debian's Erlang libraries of this architecture that has ejabberd; null if there is none.</summary>
    private static string? Libraries() =>
        Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").FirstOrDefault(d => Directory.EnumerateDirectories(d, "ejabberd-*").Any());

    private static string Configuration(IPAddress address, TestCertificate certificate, string baseUrl, string secret) =>
        $$"""
        hosts: [localhost]
        loglevel: info
        certfiles: ["{{certificate.CertificateFile}}", "{{certificate.KeyFile}}"]
        listen:
          - { port: {{ClientPort}}, ip: "{{address}}", module: ejabberd_c2s, starttls: true }
        acl: { local: { user_regexp: "" } }
        access_rules: { local: { allow: local }, c2s: { allow: all } }
        {{OperatorSnippet.Ejabberd
            .With("modules:", "modules:\n  mod_disco: {}\n  mod_roster: {}")
            .With("upload.example.org", "upload.localhost")
            .With("https://files.example.org", baseUrl.TrimEnd('/'))
            .With("the secret that both share", secret)}}
        """;
}
