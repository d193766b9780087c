using HmacFileServer.EndToEnd.Tests.Operations;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>
/// ejabberd, with the slots of docs/operators for an upload server elsewhere. Its virtual machine is started without a node name: no port mapper
/// is left behind, and several run side by side.
/// </summary>
internal sealed class EjabberdServer(string baseUrl, string secret) : XmppServer
{
    private const string Program = "/usr/bin/erl";

    protected override IEnumerable<string> ReadyLines => ["Start accepting TCP connections", "alice: ok"];

    /// <summary>Skips the test, saying what is missing, where ejabberd cannot be started.</summary>
    public static void SkipUnlessInstalled() =>
        Assert.SkipUnless(File.Exists(Program) && Libraries() is not null, "ejabberd is not installed (Debian package ejabberd).");

    protected override async Task<ChildProcess> LaunchAsync(TimeSpan limit)
    {
        await File.WriteAllTextAsync(Folder["ejabberd.yml"], Configuration());
        var environment = new Dictionary<string, string>
        {
            ["ERL_LIBS"] = Libraries()!,
            ["ERL_CRASH_DUMP"] = Folder["crash.dump"],
            ["EJABBERD_CONFIG_PATH"] = Folder["ejabberd.yml"],
            ["EJABBERD_LOG_PATH"] = Folder["ejabberd.log"],
        };
        var register = $"io:format(\"alice: ~p~n\", [ejabberd_auth:try_register(<<\"alice\">>, <<\"localhost\">>, <<\"{Account.Password}\">>)]).";
        return ChildProcess.Start(
            Program, ["-noinput", "-mnesia", "dir", $"\"{Folder["spool"]}\"", "-s", "ejabberd", "-eval", register], environment: environment, folder: Folder.Path);
    }

    /// <summary>The folder of Debian's Erlang libraries of this architecture that has ejabberd; null if there is none.</summary>
    private static string? Libraries() =>
        Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").FirstOrDefault(d => Directory.EnumerateDirectories(d, "ejabberd-*").Any());

    private string Configuration() =>
        $$"""
        hosts: [localhost]
        loglevel: info
        certfiles: ["{{Certificate.CertificateFile}}", "{{Certificate.KeyFile}}"]
        listen:
          - { port: {{ClientPort}}, ip: "{{Address}}", module: ejabberd_c2s, starttls: true }
        acl: { local: { user_regexp: "" } }
        access_rules: { local: { allow: local }, c2s: { allow: all } }
        {{OperatorSnippet.Ejabberd
            .With("modules:", "modules:\n  mod_disco: {}\n  mod_roster: {}")
            .With("upload.example.org", "upload.localhost")
            .With("https://files.example.org", baseUrl.TrimEnd('/'))
            .With("the secret that both share", secret)}}
        """;
}
