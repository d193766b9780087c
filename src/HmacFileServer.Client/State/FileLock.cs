namespace HmacFileServer.Client.State;

/// <summary>A file that one process at a time holds; the system lets go when the process ends, however it ends.</summary>
internal sealed class FileLock : IDisposable
{
    /// <summary>How often the name may vanish under us before that is an error of the disk.</summary>
    private const int Attempts = 100;

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes it; null if another process, or another part of this one, has it.</summary>
    public static FileLock? TryTake(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            FileStream file;
            try
            {
                file = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) || attempt < Attempts)
            {
                if (File.Exists(path))
                    return null;
                continue;
            }
            // The one who held it may have deleted the name between our opening and our locking: then this is a lock on nothing.
            if (File.Exists(path))
                return new FileLock(file);
            file.Dispose();
        }
    }

    /// <summary>The name goes first, while it is still held, so that no lock files are left behind.</summary>
    public void Dispose()
    {
        File.Delete(_file.Name);
        _file.Dispose();
    }
}
