using System.Text.Json;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Peers;

/// <summary>tus-js-client, the client that most tus uploads are made with, installed by npm into a folder that is deleted afterwards.</summary>
public sealed class TusJsClient : IAsyncLifetime
{
    private const string Version = "4.3.1";
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private string? _missing;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await using var npm = ChildProcess.Start(
                "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", _folder["npm"], $"tus-js-client@{Version}"]);
            if (await npm.WaitForExitAsync(InstallLimit) != 0)
                _missing = $"npm could not install tus-js-client {Version}: {npm.Output}";
        }
        catch (Exception ex) when (ex is System.ComponentModel.Win32Exception or TimeoutException)
        {
            _missing = $"npm cannot be run: {ex.Message}";
        }
    }

    /// <summary>Skips the test, saying why, where there is no client.</summary>
    public void SkipUnlessInstalled() => Assert.SkipUnless(_missing is null, _missing ?? "");

    /// <summary>Uploads bytes; returns the upload's URL, and how often its connection was cut.</summary>
    public async Task<(string Url, int Cuts)> UploadAsync(byte[] content, string endpoint, string protocol, int cuts = 0, int? chunkSize = null, int parallel = 1)
    {
        var file = _folder["upload.bin"];
        await File.WriteAllBytesAsync(file, content);
        var job = JsonSerializer.Serialize(new
        {
            module = Path.Combine(_folder["npm"], "node_modules", "tus-js-client"),
            file,
            endpoint,
            protocol,
            cuts,
            chunkSize,
            parallelUploads = parallel,
            headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Wire.TestServer.Token}" },
        });
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "tus_upload.cjs");
        using var answer = JsonDocument.Parse(await ChildProcess.RunAsync("node", [script], UploadLimit, job));
        return (answer.RootElement.GetProperty("url").GetString()!, answer.RootElement.GetProperty("cuts").GetInt32());
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
