using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Platform.Files;

/// <summary>
/// An open folder. Every name given to it is one segment, looked up in this very folder and never through a symbolic link: whatever
/// someone renames or links meanwhile, nothing outside is reached. Safe for use by several threads at once.
/// </summary>
public sealed class Folder : SafeHandleMinusOneIsInvalid
{
    private const int FolderFlags = LinuxFileCalls.CloseOnExec;

    private Folder(int descriptor, string path)
        : base(ownsHandle: true)
    {
        SetHandle(descriptor);
        Path = path;
    }

    /// <summary>Where it was when it was opened: for messages, and for those who can only take a path.</summary>
    public string Path { get; }

    /// <summary>Opens a folder by path; links on the way are followed, as for every path a person gives.</summary>
    public static Folder Open(string path)
    {
        var descriptor = LinuxFileCalls.Open(path, FolderFlags | LinuxFileCalls.Directory, 0);
        return descriptor >= 0 ? new Folder(descriptor, path) : throw FileCallException.Last("open", path);
    }

    /// <summary>Opens a folder in this one; null if there is none. A link or a file of that name is an error (SymbolicLink, NotFolder).</summary>
    public Folder? TryOpenFolder(string name)
    {
        CheckSegment(name);
        var descriptor = LinuxFileCalls.OpenAt(this, name, FolderFlags | LinuxFileCalls.Directory | LinuxFileCalls.NoFollow, 0);
        if (descriptor >= 0)
            return new Folder(descriptor, System.IO.Path.Combine(Path, name));
        var error = FileCallException.Last("open", System.IO.Path.Combine(Path, name));
        return error.Error == FileError.NotFound ? null : throw error;
    }

    /// <summary>Opens a folder in this one, making it if it is not there. <paramref name="made"/> says whether this call made it.</summary>
    /// <param name="name">One segment.</param>
    /// <param name="mode">Permission bits, less the umask.</param>
    /// <param name="made">True if it is new, so that its entry may need a sync.</param>
    public Folder OpenOrMakeFolder(string name, UnixFileMode mode, out bool made)
    {
        made = false;
        while (true)
        {
            if (TryOpenFolder(name) is { } folder)
                return folder;
            made = LinuxFileCalls.MakeDirectoryAt(this, name, (uint)mode) == 0;
            if (made)
                FileRecorder.Current?.FolderMade(System.IO.Path.Combine(Path, name));
            if (!made && FileCallException.Last("mkdir", System.IO.Path.Combine(Path, name)) is { Error: not FileError.Exists } error)
                throw error;
        }
    }

    /// <summary>Opens a file for reading, or for reading and writing; null if there is none.</summary>
    public SafeFileHandle? TryOpenFile(string name, bool write)
    {
        CheckSegment(name);
        var flags = LinuxFileCalls.CloseOnExec | LinuxFileCalls.NoFollow | (write ? LinuxFileCalls.ReadWrite : LinuxFileCalls.ReadOnly);
        var descriptor = LinuxFileCalls.OpenAt(this, name, flags, 0);
        if (descriptor >= 0)
            return Opened(descriptor, name, write, mayBeNew: false);
        var error = FileCallException.Last("open", System.IO.Path.Combine(Path, name));
        return error.Error == FileError.NotFound ? null : throw error;
    }

    /// <summary>Makes a file and opens it for reading and writing; one that is there is an error (Exists) if <paramref name="isNew"/>.</summary>
    public SafeFileHandle CreateFile(string name, UnixFileMode mode, bool isNew = true)
    {
        CheckSegment(name);
        var flags = LinuxFileCalls.CloseOnExec | LinuxFileCalls.NoFollow | LinuxFileCalls.ReadWrite | LinuxFileCalls.Create
            | (isNew ? LinuxFileCalls.Exclusive : 0);
        var descriptor = LinuxFileCalls.OpenAt(this, name, flags, (uint)mode);
        return descriptor >= 0
            ? Opened(descriptor, name, write: true, mayBeNew: true)
            : throw FileCallException.Last("create", System.IO.Path.Combine(Path, name));
    }

    /// <summary>What is at a name; null if nothing is.</summary>
    public FileStatus? Find(string name)
    {
        CheckSegment(name);
        if (LinuxFileCalls.StatusAt(this, name, LinuxFileCalls.NoFollowAt, LinuxFileCalls.BasicStatistics, out var status) == 0)
            return FileStatus.From(status);
        var error = FileCallException.Last("stat", System.IO.Path.Combine(Path, name));
        return error.Error == FileError.NotFound ? null : throw error;
    }

    /// <summary>Gives a file a second name, which must be free (else Exists). The file is not followed if it is a link.</summary>
    public void Link(string name, Folder target, string newName)
    {
        CheckSegment(name);
        CheckSegment(newName);
        if (LinuxFileCalls.LinkAt(this, name, target, newName, 0) != 0)
            throw FileCallException.Last("link", System.IO.Path.Combine(target.Path, newName));
        FileRecorder.Current?.Linked(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(target.Path, newName));
    }

    /// <summary>Moves a name, replacing a file that has the new one, atomically.</summary>
    public void Rename(string name, Folder target, string newName)
    {
        CheckSegment(name);
        CheckSegment(newName);
        if (LinuxFileCalls.RenameAt(this, name, target, newName) != 0)
            throw FileCallException.Last("rename", System.IO.Path.Combine(Path, name));
        FileRecorder.Current?.Renamed(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(target.Path, newName));
    }

    /// <summary>Takes a file's name away; false if there was none.</summary>
    public bool Unlink(string name) => Remove(name, 0);

    /// <summary>Removes an empty folder; false if there was none. One that is not empty is an error (NotEmpty).</summary>
    public bool RemoveFolder(string name) => Remove(name, LinuxFileCalls.RemoveDirectory);

    /// <summary>Returns when the names in this folder would survive the loss of power.</summary>
    public void Sync()
    {
        if (LinuxFileCalls.Sync(this) != 0)
            throw FileCallException.Last("fsync", Path);
        FileRecorder.Current?.FolderSynced(Path);
    }

    protected override bool ReleaseHandle() => LinuxFileCalls.Close((int)handle) == 0;

    private SafeFileHandle Opened(int descriptor, string name, bool write, bool mayBeNew)
    {
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (write)
            FileRecorder.Current?.Opened(file, System.IO.Path.Combine(Path, name), mayBeNew);
        return file;
    }

    private bool Remove(string name, int flags)
    {
        CheckSegment(name);
        if (LinuxFileCalls.UnlinkAt(this, name, flags) == 0)
        {
            FileRecorder.Current?.Removed(System.IO.Path.Combine(Path, name));
            return true;
        }
        var error = FileCallException.Last("remove", System.IO.Path.Combine(Path, name));
        return error.Error == FileError.NotFound ? false : throw error;
    }

    private static void CheckSegment(string name)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
            throw new ArgumentException("A name is one segment of a path.", nameof(name));
    }
}
