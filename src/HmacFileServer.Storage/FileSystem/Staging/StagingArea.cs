using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Journal;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>The unfinished uploads: making, opening, listing and removing them. Bytes and commits are <see cref="StagedFile"/>'s.</summary>
internal sealed class StagingArea(StagingContext context, DataFolder folders) : IDisposable
{
    private readonly Lock _gate = new(); // guards _open, StagedFile.Openings and _closed; no I/O inside
    private readonly Dictionary<UploadId, StagedFile> _open = [];
    private readonly KeyedGate<UploadId> _ids = new(); // one at a time makes, loads or removes an upload
    private bool _closed;

    public async ValueTask<StagedUpload> CreateAsync(UploadRecord record, CancellationToken cancellation)
    {
        using var turn = await _ids.EnterAsync(record.Id, cancellation);
        if (context.Folder.Find(StagingNames.Journal(record.Id)) is not null)
            throw new ArgumentException("There is an upload of this id already.", nameof(record));
        context.Space.Check(record.Length ?? 0);
        var name = StagingNames.Data(record.Id);
        var preallocated = false;
        JournalContent content;
        try
        {
            using (var data = context.Folder.CreateFile(name, DataFolder.FileMode))
            {
                preallocated = record.Length is { } length && context.Preallocation && FileContent.TryPreallocate(data, length);
                if (!preallocated)
                    FileContent.SetLength(data, record.Length ?? 0); // so that the promise can be seen after a restart
            }
            content = StagedJournal.Create(context.Folder, StagingNames.Journal(record.Id), context.Durability, record);
        }
        catch (IOException error) when (!StorageErrors.IsError(error, FileError.Exists))
        {
            context.Folder.Unlink(StagingNames.Journal(record.Id));
            context.Folder.Unlink(name);
            throw;
        }
        return Take(record.Id, new StagedFile(context, content, preallocated));
    }

    /// <summary>Null if there is none, or if it is damaged: then it is set aside.</summary>
    public async ValueTask<StagedUpload?> OpenAsync(UploadId id, CancellationToken cancellation)
    {
        using var turn = await _ids.EnterAsync(id, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_open.TryGetValue(id, out var open))
            {
                open.Openings++;
                return new StagedUpload(this, open, context.Logger);
            }
        }
        return Load(id) is { } loaded ? Take(id, new StagedFile(context, loaded.Content, loaded.Preallocated)) : null;
    }

    public async IAsyncEnumerable<StoredUpload> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var id in Ids())
        {
            if (await FindAsync(id, cancellation) is { } upload)
                yield return upload; // with no lock held: the caller may well open it
        }
    }

    public async ValueTask RemoveAsync(UploadId id, CancellationToken cancellation)
    {
        using var turn = await _ids.EnterAsync(id, cancellation);
        StagedFile? open;
        lock (_gate) _open.TryGetValue(id, out open);
        if (open is null)
        {
            Unlink(id);
            return;
        }
        if (!open.TryBeginEnd())
            return;
        var gone = false;
        try
        {
            Unlink(id);
            gone = true;
        }
        finally
        {
            Ended(open, gone);
        }
    }

    /// <summary>Takes the names of an upload away: first the journal, for bytes without one belong to nobody and are cleared at the start.</summary>
    public void Unlink(UploadId id)
    {
        context.Folder.Unlink(StagingNames.Journal(id));
        context.Folder.Unlink(StagingNames.Data(id));
        context.Space.Promise(id, 0);
        if (context.Durability == Durability.Power)
            context.Folder.Sync();
    }

    /// <summary>Ends what <see cref="StagedFile.TryBeginEnd"/> began.</summary>
    public void Ended(StagedFile file, bool gone)
    {
        if (gone)
        {
            lock (_gate) _open.Remove(file.Record.Id);
        }
        file.End(gone);
        if (gone)
            context.Handles.Closed(file);
    }

    public void Close(StagedFile file)
    {
        lock (_gate)
        {
            if (--file.Openings > 0)
                return;
            if (_open.TryGetValue(file.Record.Id, out var held) && held == file)
                _open.Remove(file.Record.Id);
        }
        file.Dispose();
        context.Handles.Closed(file);
    }

    /// <summary>The uploads that have a journal.</summary>
    public IReadOnlyList<UploadId> Ids()
    {
        var ids = new List<UploadId>();
        foreach (var path in Directory.EnumerateFiles(context.Folder.Path))
        {
            if (StagingNames.TryParse(Path.GetFileName(path), StagingNames.JournalEnding, out var id))
                ids.Add(id);
        }
        return ids;
    }

    /// <summary>What is wrong with an upload; null if nothing is, or if there is none. Changes nothing.</summary>
    public string? FindDamage(UploadId id) => Read(id).Damage;

    /// <summary>Reads an upload that nobody has open; sets it aside and returns null if it proves nothing.</summary>
    private (JournalContent Content, bool Preallocated)? Load(UploadId id)
    {
        var (content, data, damage) = Read(id);
        if (damage is not null)
            SetAside(id, damage);
        if (damage is not null || content is null)
            return null;
        if (content.Dropped >= JournalFormat.RecordBytes)
            Log.JournalCut(context.Logger, id.ForLog, content.Dropped);
        // What lies beyond the file's end is not there, whatever was said of it.
        content.Received.Remove(new ByteRange(data.Length, long.MaxValue));
        return (content, content.Record.Length is { } length && data.Allocated >= length);
    }

    private (JournalContent? Content, FileStatus Data, string? Damage) Read(UploadId id)
    {
        using var file = context.Folder.TryOpenFile(StagingNames.Journal(id), write: false);
        if (file is null)
            return default;
        var content = JournalFormat.Read(ReadAll(file));
        var data = context.Folder.Find(StagingNames.Data(id));
        var damage = content switch
        {
            null => "its journal is unreadable",
            _ when content.Record.Id != id => "its journal is that of another upload",
            _ => data is { IsFile: true } ? null : "its bytes are missing",
        };
        return (content, data.GetValueOrDefault(), damage);
    }

    public void Dispose()
    {
        StagedFile[] open;
        lock (_gate)
        {
            _closed = true;
            open = [.. _open.Values];
            _open.Clear();
        }
        foreach (var file in open)
            file.Dispose();
    }

    private async ValueTask<StoredUpload?> FindAsync(UploadId id, CancellationToken cancellation)
    {
        using var turn = await _ids.EnterAsync(id, cancellation);
        StagedFile? open;
        lock (_gate) _open.TryGetValue(id, out open);
        if (open is not null)
            return open.Snapshot();
        return Load(id) is { Content: var content } ? new StoredUpload(content.Record, content.Received, content.LastActivity) : null;
    }

    private StagedUpload Take(UploadId id, StagedFile file)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _open[id] = file;
            file.Openings++;
        }
        return new StagedUpload(this, file, context.Logger);
    }

    private void SetAside(UploadId id, string reason)
    {
        foreach (var name in new[] { StagingNames.Journal(id), StagingNames.Data(id) })
        {
            if (context.Folder.Find(name) is not null)
                context.Folder.Rename(name, folders.Damaged, name);
        }
        Log.UploadSetAside(context.Logger, id.ForLog, folders.Damaged.Path, reason);
    }

    private static byte[] ReadAll(SafeFileHandle file)
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), Array.MaxLength)];
        var held = 0;
        while (held < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(held), held) is > 0 and var count)
            held += count;
        return held == bytes.Length ? bytes : bytes[..held];
    }
}
