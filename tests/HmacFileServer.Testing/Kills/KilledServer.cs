using System.Net;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Kills;

/// <summary>The server program on one data folder and address, in one process after the other.</summary>
internal sealed class KilledServer(KillOptions options) : IAsyncDisposable
{
    private const string Secret = "kill rounds, known to both sides";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly SlotMinter _minter = new(new SlotSecrets(Secret));
    private readonly Dictionary<string, string> _environment = new()
    {
        ["HFS_SECURITY__SECRET"] = Secret,
        ["HFS_SECURITY__ALLOW_ANONYMOUS"] = "true",
        ["HFS_UPLOADS__DURABILITY"] = options.Durability,
        ["HFS_UPLOADS__MAX_UNFINISHED"] = "0",
        ["DOTNET_TieredPGO"] = "0", // a process that lives for a tenth of a second has no use for profiles of itself
    };

    private ChildProcess? _process;

    public IPEndPoint EndPoint { get; } = new(LoopbackAddress.Next(), 8080);

    /// <summary>What the running process has said so far.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>Path and query of a signed slot.</summary>
    public string Slot(string folder, string name, long length)
    {
        var path = SlotPath.FromDecodedSegments([folder, name])!;
        return $"/{SlotUrl.EncodePath(path)}?{_minter.Mint(SlotVariant.V1, path, length)}";
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        Spawn();
        await _process!.WaitForLineAsync("Listening on", StartLimit);
    }

    /// <summary>Starts it and kills it after a while, whether it listens by then or not.</summary>
    public async Task StartInVainAsync(TimeSpan life)
    {
        Spawn();
        await Task.Delay(life, TimeProvider.System);
        await KillAsync();
    }

    /// <summary>SIGKILL, without waiting.</summary>
    public void Signal() => _process!.Kill();

    /// <summary>SIGKILL, and the wait until it is dead.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>What `fsck` finds in the folder: null if all is well. No server may run.</summary>
    public async Task<string?> FindDamageAsync()
    {
        await using var fsck = ChildProcess.Start(options.Program, ["fsck", "--data", options.DataPath], environment: _environment);
        return await fsck.WaitForExitAsync(TimeSpan.FromMinutes(30)) == 0 ? null : fsck.Output;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private void Spawn() =>
        _process = ChildProcess.Start(options.Program, ["run", "--listen", EndPoint.ToString(), "--data", options.DataPath], environment: _environment);
}
