using System.Diagnostics.Metrics;
using System.Net;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Telemetry;
using HmacFileServer.Storage.Sqlite;

namespace HmacFileServer.Server.Profiles;

/// <summary>
/// What was learned of clients' networks: looked up in memory, written to the database every half minute and at the end. Switched off
/// (`[client_optimization] enabled`) it knows nothing, learns nothing and opens no file. Safe for use by several threads.
/// </summary>
internal sealed class ClientProfiles : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(30);

    private readonly string? _path;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClientProfiles> _logger;
    private readonly ServerMetrics _metrics;
    private readonly Lock _gate = new(); // guards _book, _changed; held for a lookup, never over I/O
    private readonly Dictionary<(string, string), NetworkProfile> _changed = [];
    private readonly Lock _writing = new(); // guards _database; taken before _gate
    private ProfileBook _book = new();
    private ProfileDatabase? _database;
    private ITimer? _timer;

    public ClientProfiles(ServerSettings settings, TimeProvider clock, ServerMetrics metrics, ILogger<ClientProfiles> logger)
    {
        (IsOn, _path, _clock, _metrics, _logger) = (settings.ClientOptimization.Enabled, settings.ProfilesPath, clock, metrics, logger);
        if (!IsOn)
            return;
        metrics.Observe("hfs_client_profiles", "Networks of clients of which something is known.", () => Read(b => b.Profiles.Count));
        metrics.ObserveRatio(
            "hfs_client_profile_accuracy_ratio", "Share of the predictions from client profiles that came true, of all time (client preference learning accuracy).", () => Read(b => b.Accuracy));
        metrics.Observe("hfs_client_throughput_bytes_per_second", "Mean rate of the clients' networks of which something is known, by kind.", () => ByType(p => p.Throughput));
        metrics.Observe("hfs_client_buffer_bytes", "Mean of the receive buffers that the best rates were reached with, by kind of the client's network.", () => ByType(p => p.BestBuffer));
    }

    /// <summary>`[client_optimization] enabled`.</summary>
    public bool IsOn { get; }

    /// <summary>What is known of a client's network; null for nothing.</summary>
    public NetworkProfile? Find(string? client, InterfaceType type) =>
        client is null || !IsOn ? null : Read(b => b.Find(client, type.Name(), _clock.GetUtcNow()));

    /// <summary>The network that is worth most to a client; null if nothing is known of it.</summary>
    public NetworkProfile? Preferred(string? client) => client is null || !IsOn ? null : Read(b => b.Preferred(client, _clock.GetUtcNow()));

    /// <summary>What is known of the address that a connection comes from, before it has said anything.</summary>
    public NetworkProfile? FindByAddress(IPAddress? address) => IsOn ? Find(ClientIdentity.OfBlock(address), InterfaceType.Unknown) : null;

    /// <summary>Takes in what a client did.</summary>
    public void Learn(string client, InterfaceType type, in NetworkUse use)
    {
        if (!IsOn)
            return;
        var now = _clock.GetUtcNow();
        ProfileUpdate update;
        NetworkProfile? before, after;
        lock (_gate)
        {
            before = _book.Preferred(client, now);
            update = _book.Learn(client, type.Name(), type, use, now);
            if (update.Profile is null)
                return;
            _changed[(update.Profile.Device, update.Profile.Network)] = update.Profile;
            after = _book.Preferred(client, now);
        }
        if (update.IsHit is { } isHit)
            _metrics.Predicted(isHit);
        ProfileLog.Updated(_logger, client, update.Profile.Network, update.Profile.Throughput / 1000, update.Profile.Reliability, update.Profile.Rtt.TotalMilliseconds, update.IsHit);
        if (before?.Network != after?.Network)
            ProfileLog.Preferred(_logger, client, before?.Network ?? "none", after?.Network ?? "none");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsOn || _path is null)
            return Task.CompletedTask;
        try
        {
            lock (_writing)
            {
                _database = ProfileDatabase.Open(_path);
                var now = _clock.GetUtcNow();
                var book = ProfileBook.From(_database.Load(), now);
                _database.Save([], book.Hits, book.Misses, now - ProfileBook.Lifetime, ProfileBook.MostProfiles);
                lock (_gate) _book = book;
                ProfileLog.Loaded(_logger, book.Profiles.Count);
            }
            _timer = _clock.CreateTimer(_ => Write(), null, WriteEvery, WriteEvery);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            ProfileLog.NotKept(_logger, ex.Message);
        }
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
        Write();
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
        lock (_writing)
        {
            _database?.Dispose();
            _database = null;
        }
    }

    private T Read<T>(Func<ProfileBook, T> read)
    {
        lock (_gate) return read(_book);
    }

    private List<Measurement<double>> ByType(Func<NetworkProfile, double> figure) => Read(b => b.Profiles
        .GroupBy(p => p.Type)
        .Select(g => new Measurement<double>(g.Average(figure), new KeyValuePair<string, object?>("type", g.Key.Name())))
        .ToList());

    private void Write()
    {
        lock (_writing)
        {
            if (_database is null)
                return;
            List<NetworkProfile> changed;
            long hits, misses;
            var now = _clock.GetUtcNow();
            lock (_gate)
            {
                var before = _book.Profiles.Count;
                _book.Trim(now);
                if (_changed.Count == 0 && _book.Profiles.Count == before)
                    return;
                changed = [.. _changed.Values];
                _changed.Clear();
                (hits, misses) = (_book.Hits, _book.Misses);
            }
            try
            {
                _database.Save(changed, hits, misses, now - ProfileBook.Lifetime, ProfileBook.MostProfiles);
                ProfileLog.Written(_logger, changed.Count);
            }
            catch (IOException ex)
            {
                ProfileLog.NotKept(_logger, ex.Message);
            }
        }
    }
}
