using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;
using Microsoft.Data.Sqlite;

namespace HmacFileServer.Storage.Sqlite;

/// <summary>
/// What was learned of clients' networks, in a database of its own beside the index: read once at the start, written in batches. Losing it costs what was
/// learned, never an upload, so it is not synced and a damaged one is made anew. For one thread at a time.
/// </summary>
public sealed class ProfileDatabase : IDisposable
{
    private const int SchemaVersion = 1;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _put;

    private ProfileDatabase(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.OpenForWriting("OFF");
            CheckSchema(path);
            _put = FileRows.Prepare(
                _connection,
                """
                INSERT OR REPLACE INTO profiles (device, network, type, throughput, reliability, best_buffer, best_chunk, best_throughput, rtt, last_use, uses)
                VALUES ($device, $network, $type, $throughput, $reliability, $best_buffer, $best_chunk, $best_throughput, $rtt, $last_use, $uses)
                """,
                "$device", "$network", "$type", "$throughput", "$reliability", "$best_buffer", "$best_chunk", "$best_throughput", "$rtt", "$last_use", "$uses");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens or makes it; a damaged one is removed and made anew.</summary>
    /// <exception cref="IOException">It can be neither read nor made, or a newer version wrote it.</exception>
    public static ProfileDatabase Open(string path)
    {
        try
        {
            return new ProfileDatabase(path);
        }
        catch (SqliteException error) when (FileIndex.IsDamage(error))
        {
            foreach (var part in new[] { path, path + "-wal", path + "-shm" })
                File.Delete(part);
            return Translated(() => new ProfileDatabase(path));
        }
        catch (SqliteException error)
        {
            throw Translate(error);
        }
    }

    /// <summary>Everything that is kept.</summary>
    public ProfileState Load() => Translated(() =>
    {
        var profiles = new List<NetworkProfile>();
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT device, network, type, throughput, reliability, best_buffer, best_chunk, best_throughput, rtt, last_use, uses FROM profiles";
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
                profiles.Add(Read(rows));
        }
        command.CommandText = "SELECT hits, misses FROM scores";
        using var scores = command.ExecuteReader();
        return scores.Read() ? new ProfileState(ProfileState.Present, profiles, scores.GetInt64(0), scores.GetInt64(1)) : new ProfileState(ProfileState.Present, profiles, 0, 0);
    });

    /// <summary>Writes what has changed, in one transaction, and removes what is too old or too much.</summary>
    /// <param name="changed">The profiles as they are now.</param>
    /// <param name="hits">Predictions that came true, of all time.</param>
    /// <param name="misses">Those that did not.</param>
    /// <param name="oldest">What was last used before is removed.</param>
    /// <param name="most">Rows that stay; the latest used ones.</param>
    public void Save(IEnumerable<NetworkProfile> changed, long hits, long misses, DateTimeOffset oldest, int most) => Translated(() =>
    {
        using var transaction = _connection.BeginTransaction();
        _put.Transaction = transaction;
        foreach (var profile in changed)
            Put(profile);
        using var tidy = _connection.CreateCommand();
        tidy.Transaction = transaction;
        tidy.CommandText = """
            UPDATE scores SET hits = $hits, misses = $misses;
            DELETE FROM profiles WHERE last_use < $oldest;
            DELETE FROM profiles WHERE (device, network) IN (SELECT device, network FROM profiles ORDER BY last_use DESC LIMIT -1 OFFSET $most);
            """;
        tidy.Parameters.AddWithValue("$hits", hits);
        tidy.Parameters.AddWithValue("$misses", misses);
        tidy.Parameters.AddWithValue("$oldest", oldest.UtcTicks);
        tidy.Parameters.AddWithValue("$most", most);
        tidy.ExecuteNonQuery();
        transaction.Commit();
        return true;
    });

    public void Dispose()
    {
        _put.Dispose();
        _connection.Dispose();
    }

    private void Put(NetworkProfile profile)
    {
        object[] values =
        [
            profile.Device, profile.Network, profile.Type.Name(), profile.Throughput, profile.Reliability, profile.BestBuffer, profile.BestChunk, profile.BestThroughput,
            profile.Rtt.Ticks, profile.LastUse.UtcTicks, profile.Uses,
        ];
        for (var i = 0; i < values.Length; i++)
            _put.Parameters[i].Value = values[i];
        _put.ExecuteNonQuery();
    }

    private static NetworkProfile Read(SqliteDataReader row) => new()
    {
        Device = row.GetString(0),
        Network = row.GetString(1),
        Type = InterfaceTypeNames.ParseOrUnknown(row.GetString(2)),
        Throughput = row.GetDouble(3),
        Reliability = row.GetDouble(4),
        BestBuffer = row.GetInt32(5),
        BestChunk = row.GetInt64(6),
        BestThroughput = row.GetDouble(7),
        Rtt = TimeSpan.FromTicks(row.GetInt64(8)),
        LastUse = new DateTimeOffset(Math.Clamp(row.GetInt64(9), 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero),
        Uses = row.GetInt32(10),
    };

    private void CheckSchema(string path)
    {
        var version = _connection.SchemaVersion(path, SchemaVersion, "profiles are learned anew");
        if (version == SchemaVersion)
            return;
        _connection.Execute($"""
            BEGIN;
            CREATE TABLE profiles (
                device TEXT NOT NULL,          -- a keyed digest of a device or user, or an address block
                network TEXT NOT NULL,         -- kind of the client's interface
                type TEXT NOT NULL,
                throughput REAL NOT NULL,      -- bytes per second
                reliability REAL NOT NULL,     -- 0 to 1
                best_buffer INTEGER NOT NULL,  -- bytes
                best_chunk INTEGER NOT NULL,   -- bytes
                best_throughput REAL NOT NULL, -- bytes per second
                rtt INTEGER NOT NULL,          -- 100 ns
                last_use INTEGER NOT NULL,     -- UTC, 100 ns since year 1
                uses INTEGER NOT NULL,
                PRIMARY KEY (device, network)
            ) WITHOUT ROWID;
            CREATE INDEX profiles_by_use ON profiles (last_use);
            CREATE TABLE scores (hits INTEGER NOT NULL, misses INTEGER NOT NULL);
            INSERT INTO scores VALUES (0, 0);
            PRAGMA user_version = {SchemaVersion};
            COMMIT;
            """);
    }

    private static T Translated<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is SqliteException or InvalidCastException or OverflowException)
        {
            throw Translate(error);
        }
    }

    private static IOException Translate(Exception error) => new($"the database of client profiles failed: {error.Message}", error);
}
