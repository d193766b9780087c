namespace HmacFileServer.Lab.Topology;

/// <summary>A link to build between the client and the server.</summary>
public sealed record LinkSpec
{
    /// <summary>The interface's name at the client, such as <c>eth0</c>, <c>wlan0</c>, <c>wwan0</c>, <c>ppp0</c>, <c>tun0</c>; 1 to 10 letters and digits.</summary>
    public required string Name { get; init; }

    /// <summary>Client to server.</summary>
    public LinkShape Up { get; init; } = new();

    /// <summary>Server to client.</summary>
    public LinkShape Down { get; init; } = new();

    /// <summary>
    /// Neighbours are found by ARP over the link, as between two hosts; else (the default) they are known for ever, as the first
    /// router of a path is, whatever happens behind it.
    /// </summary>
    public bool RealNeighbourDiscovery { get; init; }

    /// <summary>
    /// Reads <c>NAME:key=value,...</c>; the keys are those of <see cref="LinkShape.With"/>, for both directions, or with
    /// <c>up-</c> or <c>down-</c> before them for one, and <c>arp=static|real</c>.
    /// </summary>
    /// <exception cref="FormatException">What is wrong with the text, and what would be right.</exception>
    public static LinkSpec Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        if (name.Length is 0 or > 10 || !name.All(char.IsAsciiLetterOrDigit))
            throw new FormatException($"'{name}' is no name for a link: 1 to 10 letters and digits, such as eth0");
        List<string> up = [], down = [];
        var real = false;
        foreach (var part in colon < 0 ? [] : text[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("up-", StringComparison.Ordinal))
                up.Add(part[3..]);
            else if (part.StartsWith("down-", StringComparison.Ordinal))
                down.Add(part[5..]);
            else if (part.StartsWith("arp=", StringComparison.Ordinal))
                real = part[4..] is "real" || (part[4..] is "static" ? false : throw new FormatException($"'{part}': arp is static or real"));
            else
                (up, down) = ([.. up, part], [.. down, part]);
        }
        try
        {
            return new LinkSpec
            {
                Name = name,
                Up = new LinkShape().With(string.Join(',', up)),
                Down = new LinkShape().With(string.Join(',', down)),
                RealNeighbourDiscovery = real,
            };
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"link {name}: {wrong.Message}", wrong);
        }
    }
}
