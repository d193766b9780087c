using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HmacFileServer.Client.State;

/// <summary>
/// Where unfinished uploads are kept, one file each. Only its owner can read it (0700, files 0600), a file is replaced as a whole, and an
/// upload is held by one process at a time.
/// </summary>
public sealed class StateFolder
{
    private const int IdBytes = 6;

    private readonly string _uploads;

    private StateFolder(string path)
    {
        Path = path;
        _uploads = System.IO.Path.Combine(path, "uploads");
    }

    public string Path { get; }

    /// <summary>Opens the folder, making it if it is not there. Fails with <see cref="UploadFailure.File"/> where that cannot be.</summary>
    /// <param name="path">An absolute path.</param>
    public static StateFolder Open(string path)
    {
        var folder = new StateFolder(System.IO.Path.GetFullPath(path));
        try
        {
            PrivateFile.MakeFolder(folder.Path);
            PrivateFile.MakeFolder(folder._uploads);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(UploadFailure.File,
                $"The state folder '{folder.Path}' cannot be used: {e.Message} Set HFS_STATE to a folder that you can write to.", e);
        }
    }

    /// <summary>`HFS_STATE`, else `hfs` in `XDG_STATE_HOME`, else `~/.local/state/hfs` (XDG Base Directory Specification 0.8).</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static string DefaultPath(Func<string, string?> environment)
    {
        if (environment("HFS_STATE") is { Length: > 0 } own)
            return own;
        // The specification says to ignore relative paths.
        var state = environment("XDG_STATE_HOME") is { Length: > 0 } xdg && System.IO.Path.IsPathRooted(xdg)
            ? xdg
            : System.IO.Path.Combine(environment("HOME") is { Length: > 0 } home ? home : System.IO.Path.GetTempPath(), ".local", "state");
        return System.IO.Path.Combine(state, "hfs");
    }

    /// <summary>The id of an upload: the same for the same file to the same place.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="target">Where it goes, in the words that are the same the next time.</param>
    public static string IdOf(string file, string target) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{System.IO.Path.GetFullPath(file)}\n{target}")).AsSpan(0, IdBytes));

    /// <summary>Every unfinished upload that can be read, the latest first.</summary>
    public IReadOnlyList<UploadRecord> List() =>
    [
        .. Directory.EnumerateFiles(_uploads, "*.json")
            .Select(f => Read(System.IO.Path.GetFileNameWithoutExtension(f)))
            .OfType<UploadRecord>()
            .OrderByDescending(r => r.LastActivity),
    ];

    /// <summary>The record of an id; null if there is none, or none that this version understands.</summary>
    public UploadRecord? Read(string id)
    {
        if (!IsId(id))
            return null;
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(id)), StateJson.Default.UploadRecord);
            return record?.Id == id ? record : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes an upload for this process; null if another one has it.</summary>
    public UploadLease? TryTake(string id)
    {
        if (!IsId(id))
            throw new ArgumentException("Not an upload's id.", nameof(id));
        return FileLock.TryTake(System.IO.Path.Combine(_uploads, id + ".lock")) is { } held ? new UploadLease(this, id, held) : null;
    }

    /// <summary>True while a process is at the upload.</summary>
    public bool IsBusy(string id)
    {
        var path = System.IO.Path.Combine(_uploads, id + ".lock");
        if (!IsId(id) || !File.Exists(path))
            return false;
        using var held = FileLock.TryTake(path);
        return held is null;
    }

    internal void Write(UploadRecord record) =>
        PrivateFile.Replace(FileOf(record.Id), JsonSerializer.SerializeToUtf8Bytes(record, StateJson.Default.UploadRecord));

    internal void Remove(string id) => File.Delete(FileOf(id));

    private static bool IsId(string id) => id.Length == 2 * IdBytes && id.All(char.IsAsciiHexDigitLower);

    private string FileOf(string id) => System.IO.Path.Combine(_uploads, id + ".json");
}
