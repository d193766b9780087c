using System.Text.Json;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>slixmpp as Debian packages it: an XMPP client library that applications are built on. It knows nothing of this project.</summary>
internal static class SlixmppClient
{
    // The system's Python by its full path: another one on the PATH would not have Debian's packages.
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Skips the test, saying what is missing, where slixmpp cannot be run.</summary>
    public static void SkipUnlessInstalled()
    {
        foreach (var module in (string[])["slixmpp", "aiohttp"])
        {
            Assert.SkipUnless(
                File.Exists(Python) && Directory.Exists($"/usr/lib/python3/dist-packages/{module}"),
                $"{module} is not installed (Debian package python3-{module}).");
        }
    }

    /// <summary>Asks for a slot.</summary>
    public static async Task<XmppSlot> RequestSlotAsync(XmppAccount account, string name, long size, string contentType)
    {
        var answer = await RunAsync(account, new { name, size, content_type = contentType });
        return new XmppSlot(
            answer.GetProperty("put").GetString()!,
            answer.GetProperty("get").GetString()!,
            answer.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!));
    }

    /// <summary>Asks for a slot and sends a file to it with slixmpp's own HTTP client. Returns the download URL.</summary>
    public static async Task<string> UploadAsync(XmppAccount account, string file, string contentType) =>
        (await RunAsync(account, new { file, content_type = contentType })).GetProperty("get").GetString()!;

    private static async Task<JsonElement> RunAsync(XmppAccount account, object job)
    {
        var fields = JsonSerializer.SerializeToNode(job)!.AsObject();
        fields["jid"] = account.Jid;
        fields["password"] = account.Password;
        fields["host"] = account.Server.Address.ToString();
        fields["port"] = account.Server.Port;
        fields["ca"] = account.CertificateFile;
        fields["service"] = account.UploadService;
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "xmpp_upload.py");
        var output = await ChildProcess.RunAsync(Python, [script], Limit, fields.ToJsonString());
        using var document = JsonDocument.Parse(output);
        return document.RootElement.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"slixmpp: {error.GetString()}")
            : document.RootElement.Clone();
    }
}
