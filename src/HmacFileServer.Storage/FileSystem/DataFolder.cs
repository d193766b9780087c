using System.Runtime.Versioning;
using HmacFileServer.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem;

/// <summary>The folders of a store, open and checked, and the lock that keeps a second server out.</summary>
internal sealed class DataFolder : IDisposable
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead; // 0640
    public const UnixFileMode SharedMode = PrivateMode | UnixFileMode.GroupRead | UnixFileMode.GroupExecute; // 0750
    public const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute; // 0700

    private readonly List<Folder> _opened = [];
    private readonly SafeFileHandle _lock;

    private DataFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Uploads are kept on Linux only: the store needs its links, locks and syncs.");
        MakeRoot(path);
        try
        {
            var root = Keep(Folder.Open(path));
            Files = Make(root, "files", SharedMode);
            Blobs = Make(root, "blobs", SharedMode);
            Staging = Make(root, "staging", PrivateMode);
            State = Make(root, "state", PrivateMode);
            Descriptions = Make(State, "files", PrivateMode);
            Damaged = Make(State, "damaged", PrivateMode);
            CheckOneFileSystem(root);
            _lock = TakeLock(path);
            // What lies in a folder survives the loss of power no better than the folder's own name.
            root.Sync();
            State.Sync();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The served tree: users' files and nothing else.</summary>
    public Folder Files { get; }

    /// <summary>One name for every different content.</summary>
    public Folder Blobs { get; }

    /// <summary>Unfinished uploads.</summary>
    public Folder Staging { get; }

    /// <summary>The index and the lock.</summary>
    public Folder State { get; }

    /// <summary>What is known of finished files.</summary>
    public Folder Descriptions { get; }

    /// <summary>Where damaged uploads are set aside.</summary>
    public Folder Damaged { get; }

    /// <summary>Opens or makes the folders. IOException, with what to do about it, if they cannot serve.</summary>
    public static DataFolder Open(string path) => new(Path.GetFullPath(path));

    public void Dispose()
    {
        if (_lock is { IsClosed: false })
        {
            FileContent.Unlock(_lock);
            _lock.Dispose();
        }
        foreach (var folder in _opened)
            folder.Dispose();
    }

    /// <summary>Makes the folder and those above it that are missing, so that they survive the loss of power.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void MakeRoot(string path)
    {
        if (Directory.Exists(path))
            return;
        var above = Path.GetDirectoryName(path)!;
        MakeRoot(above);
        Directory.CreateDirectory(path, SharedMode);
        using var folder = Folder.Open(above);
        folder.Sync();
    }

    private Folder Make(Folder parent, string name, UnixFileMode mode)
    {
        try
        {
            return Keep(parent.OpenOrMakeFolder(name, mode, out _));
        }
        catch (FileCallException error) when (error.Error is FileError.SymbolicLink or FileError.NotFolder)
        {
            throw new IOException(
                $"'{Path.Combine(parent.Path, name)}' must be a folder, not a link or a file: move it away, or point the data path at the other place.", error);
        }
    }

    private Folder Keep(Folder folder)
    {
        _opened.Add(folder);
        return folder;
    }

    private void CheckOneFileSystem(Folder root)
    {
        var device = root.Find("files")!.Value.Device;
        foreach (var (parent, name) in new[] { (root, "blobs"), (root, "staging"), (root, "state"), (State, "files"), (State, "damaged") })
        {
            if (parent.Find(name)!.Value.Device != device)
            {
                throw new IOException(
                    $"'{Path.Combine(parent.Path, name)}' lies on another file system than '{Files.Path}': finished files are hard links, "
                    + $"which need one. Mount a single file system at '{root.Path}'.");
            }
        }
    }

    private SafeFileHandle TakeLock(string path)
    {
        var file = State.CreateFile("lock", FileMode, isNew: false);
        if (FileContent.TryLock(file))
            return file;
        file.Dispose();
        throw new IOException($"Another server is using '{path}': stop it, or give this one a data path of its own.");
    }
}
