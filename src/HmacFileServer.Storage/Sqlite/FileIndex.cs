using System.Collections.Concurrent;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using Microsoft.Data.Sqlite;

namespace HmacFileServer.Storage.Sqlite;

/// <summary>
/// The index of finished files: what answers in microseconds and finds the expired. It is never the truth; the files are. One
/// connection writes, others read beside it (WAL).
/// </summary>
internal sealed class FileIndex : IDisposable
{
    private const int SchemaVersion = 2; // 2: the upload that a file came from
    private const int PageRows = 500;

    private readonly string _connectionString;
    private readonly Lock _writing = new(); // guards _writer and its commands
    private readonly SqliteConnection _writer;
    private readonly FileRowCommands _commands;
    private readonly ConcurrentBag<FileRowReader> _readers = [];
    private volatile bool _disposed;

    private FileIndex(string path, Durability durability)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        _writer = new SqliteConnection(_connectionString);
        try
        {
            _writer.OpenForWriting(durability == Durability.Power ? "FULL" : "NORMAL");
            CheckSchema(path);
            _commands = new FileRowCommands(_writer);
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>Opens or makes the index. SqliteException if the file is no index or is damaged: then it must be made again.</summary>
    public static FileIndex Open(string path, Durability durability) => new(path, durability);

    /// <summary>True for the errors that only a new index cures.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is 11 or 26; // SQLITE_CORRUPT, SQLITE_NOTADB

    /// <summary>True if it was one of an earlier version, and is empty now: it must be made again from the files.</summary>
    public bool IsOutdated { get; private set; }

    public StoredFile? Find(SlotPath slot) => Find(reader => reader.Find(slot));

    /// <summary>The file that an upload has become.</summary>
    public StoredFile? Find(UploadId id) => Find(reader => reader.Find(id));

    private StoredFile? Find(Func<FileRowReader, StoredFile?> look)
    {
        var reader = _readers.TryTake(out var idle) ? idle : Translated(() => new FileRowReader(_connectionString));
        try
        {
            var found = look(reader);
            Return(reader);
            return found;
        }
        catch (SqliteException error)
        {
            reader.Dispose();
            throw Translate(error);
        }
    }

    /// <summary>Writes a file's row, over one of the same slot.</summary>
    public void Put(StoredFile file)
    {
        lock (_writing) Translated(() => _commands.Put(file));
    }

    public void Delete(SlotPath slot)
    {
        lock (_writing) Translated(() => _commands.Delete(slot));
    }

    /// <summary>One page of the files that expired before a time, after the last row of the page before (null for the first); by expiry.</summary>
    public IReadOnlyList<StoredFile> Expired(DateTimeOffset now, StoredFile? after)
    {
        lock (_writing) return Translated(() => _commands.Expired(now, after, PageRows));
    }

    /// <summary>Every row, read in one go: for verification.</summary>
    public IReadOnlyList<StoredFile> All()
    {
        lock (_writing) return Translated(() => _commands.All());
    }

    /// <summary>Makes the index one of exactly these files, in one transaction. Returns how many there were.</summary>
    public long ReplaceAll(IEnumerable<StoredFile> files)
    {
        lock (_writing)
        {
            return Translated(() =>
            {
                var count = 0L;
                _writer.Execute("BEGIN IMMEDIATE; DELETE FROM files;");
                try
                {
                    foreach (var file in files)
                    {
                        _commands.Put(file);
                        count++;
                    }
                    _writer.Execute("COMMIT");
                }
                catch
                {
                    _writer.Execute("ROLLBACK");
                    throw;
                }
                return count;
            });
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        lock (_writing)
        {
            _commands.Dispose();
            _writer.Dispose();
        }
    }

    private void Return(FileRowReader reader)
    {
        if (_disposed)
            reader.Dispose();
        else
            _readers.Add(reader);
    }

    private void CheckSchema(string path)
    {
        var version = _writer.SchemaVersion(path, SchemaVersion, "it is made again");
        if (version == SchemaVersion)
            return;
        IsOutdated = version > 0;
        _writer.Execute($"""
            BEGIN;
            DROP TABLE IF EXISTS files;
            CREATE TABLE files (
                slot TEXT NOT NULL PRIMARY KEY, -- segments joined by '/'
                length INTEGER NOT NULL,        -- bytes
                sha256 TEXT NOT NULL,           -- lower-case hex
                content_type TEXT NOT NULL,
                created INTEGER NOT NULL,       -- UTC, 100 ns since year 1
                expires INTEGER,                -- the same; null for never
                upload TEXT,                    -- the id of the upload that it was
                properties TEXT                 -- what the upload's protocol wants back, as JSON; null for nothing
            ) WITHOUT ROWID;
            CREATE INDEX files_by_expiry ON files (expires, slot) WHERE expires IS NOT NULL;
            CREATE INDEX files_by_upload ON files (upload) WHERE upload IS NOT NULL;
            PRAGMA user_version = {SchemaVersion};
            COMMIT;
            """);
    }

    private static void Translated(Action action) => Translated(() =>
    {
        action();
        return true;
    });

    private static T Translated<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error)
        {
            throw Translate(error);
        }
    }

    private static UploadException Translate(SqliteException error) =>
        new(error.SqliteErrorCode == 13 ? UploadErrorCode.StorageFull : UploadErrorCode.StorageFailed, inner: error); // SQLITE_FULL
}
