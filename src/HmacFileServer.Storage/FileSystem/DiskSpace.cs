using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.FileSystem;

/// <summary>Keeps the reserve: counts what the disk has left, less what was promised to uploads and is not on the disk yet.</summary>
internal sealed class DiskSpace(string path, long reserve)
{
    private readonly DriveInfo _drive = new(path);
    private readonly Lock _gate = new(); // guards _promises and _promised
    private readonly Dictionary<UploadId, long> _promises = [];
    private long _promised; // bytes, the sum of _promises

    /// <summary>Says how many bytes an upload may still claim that the disk has not given it yet; 0 when it has all, or is gone.</summary>
    public void Promise(UploadId id, long bytes)
    {
        lock (_gate)
        {
            if (_promises.Remove(id, out var before))
                _promised -= before;
            if (bytes <= 0)
                return;
            _promises.Add(id, bytes);
            _promised += bytes;
        }
    }

    /// <summary>Throws StorageFull if so many more bytes would eat into the reserve or into others' promises.</summary>
    public void Check(long bytes)
    {
        long promised;
        lock (_gate) promised = _promised;
        // A file system without a size of its own (ramfs, some network ones) says 0 of 0: only a write will tell.
        if (_drive.TotalSize > 0 && _drive.AvailableFreeSpace - reserve - promised < bytes)
            throw new UploadException(UploadErrorCode.StorageFull);
    }
}
