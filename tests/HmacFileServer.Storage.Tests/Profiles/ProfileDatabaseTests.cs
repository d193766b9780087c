using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;
using HmacFileServer.Storage.Sqlite;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Profiles;

/// <summary>What was learned of clients, on disk.</summary>
public sealed class ProfileDatabaseTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["profiles.db"];

    [Fact]
    public void Every_field_is_read_back_as_it_was_written()
    {
        var profile = Profile("device:a", Now);
        Save([profile], 7, 3);
        var state = Load();
        Assert.Equal(profile, Assert.Single(state.Profiles));
        Assert.Equal((7L, 3L), (state.Hits, state.Misses));
    }

    [Fact]
    public void A_later_one_takes_the_place_of_the_earlier_one()
    {
        Save([Profile("device:a", Now)]);
        Save([Profile("device:a", Now) with { Throughput = 5 }]);
        Assert.Equal(5, Assert.Single(Load().Profiles).Throughput);
    }

    [Fact]
    public void What_is_too_old_or_too_much_goes()
    {
        Save([Profile("old", Now.AddDays(-31)), .. Enumerable.Range(0, 5).Select(i => Profile($"device:{i}", Now.AddMinutes(i)))], most: 3);
        Assert.Equal(["device:2", "device:3", "device:4"], Load().Profiles.Select(p => p.Device).Order());
    }

    [Fact]
    public void A_damaged_one_is_made_anew_and_a_newer_one_is_left_alone()
    {
        File.WriteAllText(Path, new string('x', 5000));
        Assert.Empty(Load().Profiles);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 9";
            command.ExecuteNonQuery();
        }
        Assert.Contains("newer version", Assert.Throws<IOException>(() => ProfileDatabase.Open(Path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static NetworkProfile Profile(string device, DateTimeOffset lastUse) => new()
    {
        Device = device,
        Network = "5g",
        Type = InterfaceType.FiveG,
        Throughput = 1234.5,
        Reliability = 0.75,
        BestBuffer = 65536,
        BestChunk = 1L << 33,
        BestThroughput = 2000.25,
        Rtt = TimeSpan.FromMilliseconds(12.5),
        LastUse = lastUse,
        Uses = 4,
    };

    private void Save(NetworkProfile[] profiles, long hits = 0, long misses = 0, int most = 100)
    {
        using var database = ProfileDatabase.Open(Path);
        database.Save(profiles, hits, misses, Now.AddDays(-30), most);
    }

    private ProfileState Load()
    {
        using var database = ProfileDatabase.Open(Path);
        return database.Load();
    }
}
