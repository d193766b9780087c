using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HmacFileServer.Client.State;

namespace HmacFileServer.Client.Watching;

/// <summary>What of a watched folder has been uploaded already, by its path in the folder. As it is kept.</summary>
internal sealed record WatchMemory(Dictionary<string, FileIdentity> Done);

/// <summary>
/// The memory of one folder and where it goes. Held by one process at a time; a file that was changed since is uploaded again.
/// </summary>
internal sealed class WatchJournal : IDisposable
{
    private readonly string _path;
    private readonly FileLock _lock;
    private readonly Dictionary<string, FileIdentity> _done;

    private WatchJournal(string path, FileLock held)
    {
        _path = path;
        _lock = held;
        _done = Read(path);
    }

    /// <summary>Takes the memory for this process; null if another one watches the same folder for the same place.</summary>
    public static WatchJournal? TryTake(StateFolder state, string folder, string target)
    {
        var all = Path.Combine(state.Path, "watch");
        PrivateFile.MakeFolder(all);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{folder}\n{target}")).AsSpan(0, 8));
        return FileLock.TryTake(Path.Combine(all, id + ".lock")) is { } held ? new WatchJournal(Path.Combine(all, id + ".json"), held) : null;
    }

    public bool Has(string name, FileIdentity identity) => _done.TryGetValue(name, out var known) && known == identity;

    public void Add(string name, FileIdentity identity)
    {
        _done[name] = identity;
        PrivateFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(new WatchMemory(_done), StateJson.Default.WatchMemory));
    }

    /// <summary>Forgets files that are gone, so that the memory does not grow for ever.</summary>
    public void Keep(IReadOnlySet<string> there)
    {
        foreach (var gone in _done.Keys.Where(name => !there.Contains(name)).ToList())
            _done.Remove(gone);
    }

    public void Dispose() => _lock.Dispose();

    private static Dictionary<string, FileIdentity> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StateJson.Default.WatchMemory)?.Done ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return [];
        }
    }
}
