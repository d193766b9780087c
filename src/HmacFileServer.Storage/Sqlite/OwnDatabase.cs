using Microsoft.Data.Sqlite;

namespace HmacFileServer.Storage.Sqlite;

/// <summary>What is the same with every database of ours.</summary>
internal static class OwnDatabase
{
    /// <summary>Opens a connection of one writer beside readers (WAL).</summary>
    /// <param name="connection">Not opened yet.</param>
    /// <param name="synchronous">SQLite's word for when it syncs: FULL, NORMAL or OFF.</param>
    public static void OpenForWriting(this SqliteConnection connection, string synchronous)
    {
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};");
    }

    /// <summary>The schema's version; 0 for a new database.</summary>
    /// <param name="connection">The open database.</param>
    /// <param name="path">Its file, for the message.</param>
    /// <param name="known">The version that this program writes.</param>
    /// <param name="cure">What happens if the file is deleted, for the message.</param>
    /// <exception cref="IOException">It is of a newer version, which this one must not write.</exception>
    public static long SchemaVersion(this SqliteConnection connection, string path, int known, string cure)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "PRAGMA user_version";
        var version = (long)query.ExecuteScalar()!;
        return version <= known
            ? version
            : throw new IOException($"'{path}' was written by a newer version (schema {version}, this one knows {known}): use that version, or delete the file and {cure}.");
    }

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only our own constants come here
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
