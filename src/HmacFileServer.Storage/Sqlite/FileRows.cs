using System.Text.Json;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Storage.FileSystem.Journal;
using Microsoft.Data.Sqlite;

namespace HmacFileServer.Storage.Sqlite;

/// <summary>A finished file as a row and back.</summary>
internal static class FileRows
{
    public const string Columns = "slot, length, sha256, content_type, created, expires, upload, properties";

    public static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // only our own constants come here
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter(name, DBNull.Value));
        command.Prepare();
        return command;
    }

    public static StoredFile? Read(SqliteDataReader row) =>
        SlotPath.FromDecodedSegments(row.GetString(0).Split('/')) is { } slot
            ? new StoredFile(slot, row.GetInt64(1), row.GetString(2), row.GetString(3), Time(row.GetInt64(4)), row.IsDBNull(5) ? null : Time(row.GetInt64(5)))
            {
                Origin = !row.IsDBNull(6) && UploadId.TryParse(row.GetString(6), out var id) ? new UploadOrigin(id, Properties(row)) : null,
            }
            : null;

    public static List<StoredFile> ReadAll(SqliteCommand command)
    {
        var files = new List<StoredFile>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if (Read(rows) is { } file)
                files.Add(file);
        }
        return files;
    }

    public static object PropertiesOf(StoredFile file) =>
        file.Origin is { Properties: { Count: > 0 } properties } ? JsonSerializer.Serialize(new(properties), StorageJson.Default.DictionaryStringString) : DBNull.Value;

    private static Dictionary<string, string> Properties(SqliteDataReader row) =>
        row.IsDBNull(7) ? [] : JsonSerializer.Deserialize(row.GetString(7), StorageJson.Default.DictionaryStringString) ?? [];

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>One connection that reads, with its statement ready. Used by one thread at a time.</summary>
internal sealed class FileRowReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _findUpload;

    public FileRowReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            using (var timeout = _connection.CreateCommand())
            {
                timeout.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;";
                timeout.ExecuteNonQuery();
            }
            _find = FileRows.Prepare(_connection, $"SELECT {FileRows.Columns} FROM files WHERE slot = $slot", "$slot");
            _findUpload = FileRows.Prepare(_connection, $"SELECT {FileRows.Columns} FROM files WHERE upload = $upload", "$upload");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public StoredFile? Find(SlotPath slot) => Find(_find, slot.Value);

    public StoredFile? Find(UploadId id) => Find(_findUpload, id.ToString());

    public void Dispose()
    {
        _find.Dispose();
        _findUpload.Dispose();
        _connection.Dispose();
    }

    private static StoredFile? Find(SqliteCommand command, string value)
    {
        command.Parameters[0].Value = value;
        using var row = command.ExecuteReader();
        return row.Read() ? FileRows.Read(row) : null;
    }
}

/// <summary>The statements of the connection that writes. Used under the index's lock.</summary>
internal sealed class FileRowCommands(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _put = FileRows.Prepare(connection,
        $"INSERT OR REPLACE INTO files ({FileRows.Columns}) VALUES ($slot, $length, $sha256, $type, $created, $expires, $upload, $properties)",
        "$slot", "$length", "$sha256", "$type", "$created", "$expires", "$upload", "$properties");

    private readonly SqliteCommand _delete = FileRows.Prepare(connection, "DELETE FROM files WHERE slot = $slot", "$slot");

    private readonly SqliteCommand _expired = FileRows.Prepare(connection,
        $"SELECT {FileRows.Columns} FROM files WHERE expires < $now AND (expires, slot) > ($expires, $slot) ORDER BY expires, slot LIMIT $rows",
        "$now", "$expires", "$slot", "$rows");

    private readonly SqliteCommand _all = FileRows.Prepare(connection, $"SELECT {FileRows.Columns} FROM files");

    public void Put(StoredFile file)
    {
        Run(
            _put,
            file.Slot.Value, file.Length, file.Sha256, file.ContentType, file.Created.UtcTicks, (object?)file.Expires?.UtcTicks ?? DBNull.Value,
            (object?)file.Origin?.Id.ToString() ?? DBNull.Value, FileRows.PropertiesOf(file));
    }

    public void Delete(SlotPath slot) => Run(_delete, slot.Value);

    public IReadOnlyList<StoredFile> Expired(DateTimeOffset now, StoredFile? after, int rows)
    {
        Fill(_expired, now.UtcTicks, after?.Expires?.UtcTicks ?? long.MinValue, after?.Slot.Value ?? "", rows);
        return FileRows.ReadAll(_expired);
    }

    public IReadOnlyList<StoredFile> All() => FileRows.ReadAll(_all);

    public void Dispose()
    {
        _put.Dispose();
        _delete.Dispose();
        _expired.Dispose();
        _all.Dispose();
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        Fill(command, values);
        command.ExecuteNonQuery();
    }

    private static void Fill(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }
}
