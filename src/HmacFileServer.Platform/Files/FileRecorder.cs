using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Platform.Files;

/// <summary>
/// Is told of every change that <see cref="Folder"/> and <see cref="FileContent"/> make, after it was made, so that a loss of power can be
/// simulated: what was not synced may be thrown away. Nobody listens outside tests; then it costs the look at one field.
/// </summary>
public abstract class FileRecorder
{
    private static readonly AsyncLocal<FileRecorder?> s_current = new();
    private static volatile bool s_isUsed;

    /// <summary>Who is told of what this flow of control does; null for nobody.</summary>
    public static FileRecorder? Current
    {
        get => s_isUsed ? s_current.Value : null;
        set
        {
            s_isUsed = true;
            s_current.Value = value;
        }
    }

    /// <summary>A file was opened for writing; <paramref name="mayBeNew"/> if this may have made it.</summary>
    public abstract void Opened(SafeFileHandle file, string path, bool mayBeNew);

    public abstract void Written(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>A file was cut off, or made longer.</summary>
    public abstract void Resized(SafeFileHandle file, long length);

    public abstract void Synced(SafeFileHandle file);

    public abstract void FolderMade(string path);

    public abstract void Linked(string path, string newPath);

    public abstract void Renamed(string path, string newPath);

    /// <summary>A name of a file, or an empty folder, went.</summary>
    public abstract void Removed(string path);

    public abstract void FolderSynced(string path);
}
