using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>@tus/server, the reference server for Node.js, installed by npm into a folder that is deleted afterwards.</summary>
public sealed class TusNodeServer : IAsyncLifetime
{
    private static readonly string[] Packages = ["@tus/server@2.4.5", "@tus/file-store@2.1.1"];
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;
    private string? _missing;

    internal IPEndPoint EndPoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await using var npm = ChildProcess.Start("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", _folder["npm"], .. Packages]);
            if (await npm.WaitForExitAsync(InstallLimit) != 0)
            {
                _missing = $"npm could not install {string.Join(" and ", Packages)}: {npm.Output}";
                return;
            }
            var address = LoopbackAddress.Next();
            Directory.CreateDirectory(_folder["uploads"]);
            _process = ChildProcess.Start("node", [Path.Combine(AppContext.BaseDirectory, "Foreign", "tus_server.mjs"), _folder["npm"], _folder["uploads"], address.ToString()]);
            var line = await _process.WaitForLineAsync("port ", StartLimit);
            EndPoint = new IPEndPoint(address, int.Parse(line[(line.IndexOf("port ", StringComparison.Ordinal) + 5)..].Trim(), System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (Exception ex) when (ex is System.ComponentModel.Win32Exception or TimeoutException)
        {
            _missing = $"npm or node cannot be run: {ex.Message}";
        }
    }

    /// <summary>Skips the test, saying why, where there is no such server.</summary>
    public void SkipUnlessThere() => Assert.SkipUnless(_missing is null, _missing ?? "");

    /// <summary>What the server has stored under an upload's URL.</summary>
    internal byte[] Stored(Uri upload) => File.ReadAllBytes(Path.Combine(_folder["uploads"], upload.Segments[^1]));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }
}
