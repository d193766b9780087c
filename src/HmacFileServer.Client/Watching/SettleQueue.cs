using HmacFileServer.Client.State;

namespace HmacFileServer.Client.Watching;

/// <summary>
/// Which of the files that appear are finished: those whose length and time of change have stayed the same for a while. Pure; not safe for use
/// by several threads at once.
/// </summary>
/// <param name="settle">How long nothing may have changed.</param>
internal sealed class SettleQueue(TimeSpan settle)
{
    private readonly Dictionary<string, (FileIdentity Identity, TimeSpan Since)> _waiting = new(StringComparer.Ordinal);

    /// <summary>How many are not settled.</summary>
    public int Count => _waiting.Count;

    /// <summary>The files that are not settled.</summary>
    public IReadOnlyList<string> Waiting => [.. _waiting.Keys];

    /// <summary>A file was looked at; null if it is gone.</summary>
    /// <returns>True if it has settled: it is then no longer waited for.</returns>
    public bool Look(string file, FileIdentity? identity, TimeSpan now)
    {
        if (identity is null)
        {
            _waiting.Remove(file);
            return false;
        }
        if (!_waiting.TryGetValue(file, out var before) || before.Identity != identity)
        {
            _waiting[file] = (identity, now);
            return settle <= TimeSpan.Zero && _waiting.Remove(file);
        }
        return now - before.Since >= settle && _waiting.Remove(file);
    }
}
