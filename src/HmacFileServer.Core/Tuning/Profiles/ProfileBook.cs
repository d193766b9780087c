namespace HmacFileServer.Core.Tuning.Profiles;

/// <summary>
/// What was learned of networks, by device. It seeds the first byte of the next upload, and each prediction is scored against what then
/// happened. Pure; not safe for use by several threads at once.
/// </summary>
public sealed class ProfileBook
{
    /// <summary>Characters of a device's or network's name; longer ones are cut, so that a stranger cannot fill the memory.</summary>
    public const int LongestName = 128;

    /// <summary>Profiles kept; the one that was not used for the longest time goes first.</summary>
    public const int MostProfiles = 4096;

    /// <summary>A profile that was not used for this long is forgotten.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Uses of fewer bytes say more of TCP's slow start than of the network.</summary>
    public const long LeastBytes = 512 * 1024;

    /// <summary>A rate within this factor of the predicted one is a hit.</summary>
    private const double HitFactor = 2;

    /// <summary>Share of the latest use in the mean.</summary>
    private const double Latest = 0.3;

    private readonly Dictionary<(string Device, string Network), NetworkProfile> _profiles = [];

    public IReadOnlyCollection<NetworkProfile> Profiles => _profiles.Values;

    /// <summary>Uses whose rate was within a factor of two of the profile's.</summary>
    public long Hits { get; private set; }

    public long Misses { get; private set; }

    /// <summary>`client preference learning accuracy`: share of the predictions that came true, 0 to 1; null before the first.</summary>
    public double? Accuracy => Hits + Misses == 0 ? null : (double)Hits / (Hits + Misses);

    /// <summary>The profile of a network; null if it is unknown or too old.</summary>
    public NetworkProfile? Find(string device, string network, DateTimeOffset now) =>
        _profiles.TryGetValue(Key(device, network), out var profile) && now - profile.LastUse <= Lifetime ? profile : null;

    /// <summary>The device's network that is worth most; null if none is known.</summary>
    public NetworkProfile? Preferred(string device, DateTimeOffset now) =>
        _profiles.Values.Where(p => p.Device == Cut(device) && now - p.LastUse <= Lifetime).MaxBy(p => p.Worth);

    /// <summary>Takes in what an upload did over a network, and scores what was predicted of it.</summary>
    public ProfileUpdate Learn(string device, string network, Networks.InterfaceType type, in NetworkUse use, DateTimeOffset now)
    {
        if (use.Bytes < LeastBytes && use.FailedSegments == 0)
            return default;
        var key = Key(device, network);
        var known = Find(device, network, now);
        if (use.Bytes < LeastBytes)
        {
            // Too little for a rate; that it broke is worth knowing of a network that is known.
            return known is null ? default : new ProfileUpdate(_profiles[key] = known with { Reliability = Mean(known.Reliability, Held(use)), LastUse = now }, null);
        }
        var isHit = Score(known, use);
        var best = 0.95 * (known?.BestThroughput ?? 0);
        var isBest = use.Throughput >= best;
        var learned = _profiles[key] = new NetworkProfile
        {
            Device = key.Device,
            Network = key.Network,
            Type = type,
            Throughput = known is null ? use.Throughput : Mean(known.Throughput, use.Throughput),
            Reliability = known is null ? Held(use) : Mean(known.Reliability, Held(use)),
            BestThroughput = isBest ? use.Throughput : best,
            BestBuffer = isBest ? use.Buffer : known!.BestBuffer,
            BestChunk = isBest ? use.Chunk : known!.BestChunk,
            Rtt = use.Rtt > TimeSpan.Zero ? use.Rtt : known?.Rtt ?? TimeSpan.Zero,
            LastUse = now,
            Uses = (known?.Uses ?? 0) + 1,
        };
        if (_profiles.Count > MostProfiles)
            Trim(now);
        return new ProfileUpdate(learned, isHit);
    }

    /// <summary>Forgets what is too old.</summary>
    public void Trim(DateTimeOffset now)
    {
        foreach (var (key, profile) in _profiles.ToList())
        {
            if (now - profile.LastUse > Lifetime)
                _profiles.Remove(key);
        }
        foreach (var profile in _profiles.Values.OrderBy(p => p.LastUse).Take(Math.Max(0, _profiles.Count - MostProfiles)).ToList())
            _profiles.Remove((profile.Device, profile.Network));
    }

    /// <summary>As it is stored.</summary>
    public ProfileState ToState() => new(ProfileState.Present, [.. _profiles.Values], Hits, Misses);

    /// <summary>What was stored, as far as it makes sense: a file that a person or a fault has changed must not spoil an upload.</summary>
    public static ProfileBook From(ProfileState? state, DateTimeOffset now)
    {
        var book = new ProfileBook();
        if (state is not { Version: ProfileState.Present, Profiles: not null })
            return book;
        foreach (var profile in state.Profiles.Where(IsSound))
            book._profiles[Key(profile.Device, profile.Network)] = profile with { LastUse = profile.LastUse > now ? now : profile.LastUse };
        (book.Hits, book.Misses) = (Math.Max(0, state.Hits), Math.Max(0, state.Misses));
        book.Trim(now);
        return book;
    }

    private static bool IsSound(NetworkProfile? p) => p is { Device: not null, Network: not null, BestBuffer: >= 0, BestChunk: >= 0, Uses: > 0 }
        && double.IsFinite(p.Throughput) && p.Throughput > 0 && double.IsFinite(p.BestThroughput) && p.BestThroughput >= 0
        && p.Reliability is >= 0 and <= 1 && p.Rtt >= TimeSpan.Zero && p.Rtt < TimeSpan.FromMinutes(1)
        && p.Device.Length <= LongestName && p.Network.Length <= LongestName;

    private bool? Score(NetworkProfile? known, in NetworkUse use)
    {
        if (known is null)
            return null;
        var isHit = use.Throughput <= known.Throughput * HitFactor && use.Throughput >= known.Throughput / HitFactor;
        (Hits, Misses) = isHit ? (Hits + 1, Misses) : (Hits, Misses + 1);
        return isHit;
    }

    private static double Held(in NetworkUse use) => use.Segments + use.FailedSegments == 0 ? 1 : (double)use.Segments / (use.Segments + use.FailedSegments);

    private static double Mean(double before, double now) => (1 - Latest) * before + Latest * now;

    private static (string Device, string Network) Key(string device, string network) => (Cut(device), Cut(network));

    private static string Cut(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
