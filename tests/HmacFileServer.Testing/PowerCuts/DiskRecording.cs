using System.Runtime.CompilerServices;
using HmacFileServer.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Testing.PowerCuts;

/// <summary>Writes down what a store does to its disk, in order.</summary>
/// <param name="forgets">Says of which files and folders syncs are left out, as if the store had forgotten them; null for none.</param>
internal sealed class DiskRecording(Func<string, bool>? forgets = null) : FileRecorder
{
    private readonly Lock _gate = new(); // guards all
    private readonly ConditionalWeakTable<SafeFileHandle, DiskFile> _open = [];
    private readonly Dictionary<string, DiskFile> _names = [];
    private readonly List<DiskOperation> _operations = [];

    public int Count
    {
        get { lock (_gate) return _operations.Count; }
    }

    /// <summary>The first so many operations.</summary>
    public IReadOnlyList<DiskOperation> Until(int count)
    {
        lock (_gate) return _operations[..count];
    }

    public override void Opened(SafeFileHandle file, string path, bool mayBeNew)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(path, out var known))
            {
                known = _names[path] = new DiskFile(path);
                _operations.Add(new DiskOperation.Made(known, path));
            }
            _open.Add(file, known);
        }
    }

    public override void Written(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        Add(file, f => new DiskOperation.Written(f, offset, copy));
    }

    public override void Resized(SafeFileHandle file, long length) => Add(file, f => new DiskOperation.Resized(f, length));

    public override void Synced(SafeFileHandle file) => Add(file, f => forgets?.Invoke(f.Path) == true ? null : new DiskOperation.Synced(f));

    public override void FolderMade(string path) => Add(new DiskOperation.FolderMade(path));

    public override void FolderSynced(string path)
    {
        if (forgets?.Invoke(path) != true)
            Add(new DiskOperation.FolderSynced(path));
    }

    public override void Linked(string path, string newPath)
    {
        lock (_gate)
        {
            _names[newPath] = _names[path];
            _operations.Add(new DiskOperation.Linked(_names[path], newPath));
        }
    }

    public override void Renamed(string path, string newPath)
    {
        lock (_gate)
        {
            _names.Remove(path, out var file);
            _names[newPath] = file!;
            _operations.Add(new DiskOperation.Renamed(file!, path, newPath));
        }
    }

    public override void Removed(string path)
    {
        lock (_gate)
        {
            _names.Remove(path);
            _operations.Add(new DiskOperation.Removed(path));
        }
    }

    private void Add(SafeFileHandle file, Func<DiskFile, DiskOperation?> operation)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(file, out var known) && operation(known) is { } done)
                _operations.Add(done);
        }
    }

    private void Add(DiskOperation operation)
    {
        lock (_gate) _operations.Add(operation);
    }
}
