using System.Globalization;
using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>A tus server of somebody else that runs in Node.js, from the folder where eng/install-test-needs puts packages of npm.</summary>
/// <param name="package">The package that it is made of.</param>
/// <param name="script">Starts it, given the modules, a folder for the uploads and a host; prints `port N`, and serves `/files`.</param>
public abstract class NodeTusServer(string package, string script) : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;
    private string? _missing;

    internal IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>Where uploads are made.</summary>
    internal Uri Files => new($"http://{EndPoint}/files");

    private static string Modules
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache, "hmac-file-server", "npm");
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!Directory.Exists(Path.Combine(Modules, "node_modules", package)))
        {
            _missing = $"{package} is not in {Modules}: eng/install-test-needs installs it, where npm is there";
            return;
        }
        var address = LoopbackAddress.Next();
        Directory.CreateDirectory(_folder["uploads"]);
        try
        {
            _process = ChildProcess.Start("node", [Path.Combine(AppContext.BaseDirectory, "Foreign", script), Modules, _folder["uploads"], address.ToString()]);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            _missing = $"node cannot be run: {e.Message}";
            return;
        }
        var line = await _process.WaitForLineAsync("port ", StartLimit);
        EndPoint = new IPEndPoint(address, int.Parse(line[(line.IndexOf("port ", StringComparison.Ordinal) + 5)..].Trim(), CultureInfo.InvariantCulture));
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
        GC.SuppressFinalize(this);
    }
}

/// <summary>@tus/server, the protocol's reference server: creation, deferred length, concatenation.</summary>
public sealed class TusNodeServer() : NodeTusServer("@tus/server", "tus_server.mjs");

/// <summary>
/// @uploadx/core, an implementation that shares no code with the reference. Where it leaves tus 1.0.0: OPTIONS lacks `Tus-Version`; the creation of an empty
/// upload is answered with 200 instead of 201; the PATCH that completes an upload with 200 and a body instead of 204; a PATCH at another offset than the
/// server's is not refused. The client bears the first three and never does the last. It has neither concatenation nor deferred length.
/// </summary>
public sealed class UploadxServer() : NodeTusServer("@uploadx/core", "uploadx_server.mjs");
