namespace HmacFileServer.Server.Uploads;

/// <summary>Counts an upload's bytes per network of the client. Guarded by its upload's lock.</summary>
internal sealed class PathTally
{
    /// <summary>Most networks told apart: a bound for a client that makes names up; the rest is counted as one without a name.</summary>
    private const int MaxPaths = 16;

    private readonly Dictionary<(string? Interface, string? Type), long> _bytes = [];

    public void Add(ClientNetwork? network, long count)
    {
        var key = (network?.Name, network?.Type);
        if (!_bytes.TryGetValue(key, out var held) && _bytes.Count >= MaxPaths)
        {
            key = default;
            held = _bytes.GetValueOrDefault(key);
        }
        _bytes[key] = held + count;
    }

    public UsedPath[] ToArray() => [.. _bytes.Select(b => new UsedPath(b.Key.Interface, b.Key.Type, b.Value))];
}
