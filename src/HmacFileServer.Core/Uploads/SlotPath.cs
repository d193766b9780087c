namespace HmacFileServer.Core.Uploads;

/// <summary>
/// Where a finished file is found: the decoded segments of its path below the base path. Only the request-target parser
/// makes one, after it refused '/', NUL, control characters, '.', '..', empty segments and invalid UTF-8 in every segment.
/// </summary>
public sealed class SlotPath : IEquatable<SlotPath>
{
    /// <summary>Longest segment, in UTF-8 bytes: NAME_MAX of Linux file systems.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Most segments: enough for the deepest variant (ejabberd has three), a bound for the attacker.</summary>
    public const int MaxSegments = 8;

    private SlotPath(string[] segments)
    {
        Segments = segments;
        Value = string.Join('/', segments);
    }

    /// <summary>The decoded segments, one or more.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>The decoded path without a leading slash: what the MACs are over (`P`).</summary>
    public string Value { get; }

    /// <summary>The last segment: the file's name.</summary>
    public string FileName => Segments[^1];

    /// <summary>Checks every segment; null if one is not acceptable.</summary>
    public static SlotPath? FromDecodedSegments(IEnumerable<string> segments)
    {
        var all = segments.ToArray();
        if (all.Length is 0 or > MaxSegments)
            return null;
        foreach (var segment in all)
        {
            if (segment.Length == 0 || segment is "." or ".." || System.Text.Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
                return null;
            foreach (var c in segment)
            {
                if (c == '/' || char.IsControl(c))
                    return null;
            }
        }
        return new SlotPath(all);
    }

    public bool Equals(SlotPath? other) => other is not null && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as SlotPath);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;
}
