using System.Net;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests;

/// <summary>
/// The server program as an operator starts it, in a process of its own, with a data folder that outlives it: a test may kill it and start
/// the next one on the same folder and address.
/// </summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private const int Port = 8080;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyDictionary<string, string> _environment;
    private ChildProcess? _process;

    private ServerUnderTest(string secret, IReadOnlyDictionary<string, string>? settings)
    {
        Secret = secret;
        EndPoint = new IPEndPoint(LoopbackAddress.Next(), Port);
        _environment = new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["HFS_SECURITY__SECRET"] = secret };
    }

    public string Secret { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>`http://127.x.y.z:8080/`.</summary>
    public Uri BaseUrl => new($"http://{EndPoint}/");

    /// <summary>The data folder.</summary>
    public string Data => _folder["data"];

    public string Log => _process?.Output ?? "";

    /// <summary>Where the program was built.</summary>
    public static string Program
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var configuration = output.Parent!.Name;
            var root = output;
            while (!File.Exists(Path.Combine(root!.FullName, "HmacFileServer.slnx")))
                root = root.Parent;
            return Path.Combine(root.FullName, "src", "HmacFileServer.Server", "bin", configuration, output.Name, "hmac-file-server");
        }
    }

    /// <param name="secret">What slots are signed with.</param>
    /// <param name="settings">More configuration, as environment variables `HFS_SECTION__KEY`.</param>
    public static async Task<ServerUnderTest> StartAsync(string secret = "end to end", IReadOnlyDictionary<string, string>? settings = null)
    {
        var server = new ServerUnderTest(secret, settings);
        try
        {
            await server.StartProcessAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A signed URL for a file of this length.</summary>
    public string Slot(string folder, string name, long length, SlotVariant variant = SlotVariant.V2, string? contentType = null)
    {
        var path = SlotPath.FromDecodedSegments([folder, name]) ?? throw new ArgumentException("Not a slot's path.", nameof(name));
        return SlotUrl.Build(BaseUrl, path, new SlotMinter(new SlotSecrets(Secret)).Mint(variant, path, length, contentType));
    }

    /// <summary>SIGKILL, without waiting.</summary>
    public void Signal() => _process!.Kill();

    /// <summary>SIGKILL, and the wait until it is dead.</summary>
    public async Task KillAsync()
    {
        Signal();
        await _process!.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it again on the same folder and address.</summary>
    public async Task StartProcessAsync()
    {
        _process = ChildProcess.Start(Program, ["run", "--listen", EndPoint.ToString(), "--data", Data], environment: _environment);
        await _process.WaitForLineAsync(EndPoint.ToString(), StartLimit);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }
}
