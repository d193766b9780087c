namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Finds the known name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>Longer names get no suggestion: the work grows with the square of the length, and no key is that long.</summary>
    private const int Longest = 64;

    /// <summary>The closest candidate, or null if none is close: a quarter of the letters, and at least one, may differ
    /// (with a third, `jwtsecret` would be told to become `secret`).</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        if (name.Length > Longest)
            return null;
        var wanted = Normal(name);
        string? nearest = null;
        var least = Math.Max(1, wanted.Length / 4) + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(wanted, Normal(candidate));
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>Without what people (and the Go server) write now so, now otherwise: case, and the signs between words.</summary>
    public static string Normal(string name) => string.Concat(name.Where(c => c is not ('_' or '-' or ' '))).ToLowerInvariant();

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }
                var best = Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1;
                best = Math.Min(best, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }
        }
        return rows[a.Length, b.Length];
    }
}
