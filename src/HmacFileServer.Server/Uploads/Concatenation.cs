using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>What an upload has to do with others (tus concatenation): nothing, being a part, or being made of parts.</summary>
internal sealed record Concatenation
{
    /// <summary>The property of a record that says it, verbatim as the client did.</summary>
    public const string Property = "Upload-Concat";

    private const string FinalPrefix = "final;";

    private Concatenation()
    {
    }

    public static Concatenation None { get; } = new();

    /// <summary>True for a part: it never becomes a file by itself.</summary>
    public bool IsPartial { get; private init; }

    /// <summary>The parts in their order; empty unless it is made of parts.</summary>
    public IReadOnlyList<UploadId> Parts { get; private init; } = [];

    public bool IsFinal => Parts.Count > 0;

    public static Concatenation Of(UploadRecord record) =>
        record.Properties.TryGetValue(Property, out var said) && TryParse(said, out var parsed) ? parsed : None;

    /// <summary>Reads `partial` or `final;{url} {url} ...`, where each URL ends with an upload's id; false for anything else.</summary>
    public static bool TryParse(string header, out Concatenation concatenation)
    {
        concatenation = None;
        if (header == "partial")
        {
            concatenation = new Concatenation { IsPartial = true };
            return true;
        }
        if (!header.StartsWith(FinalPrefix, StringComparison.Ordinal))
            return false;
        var parts = new List<UploadId>();
        foreach (var url in header[FinalPrefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!UploadId.TryParse(url[(url.LastIndexOf('/') + 1)..], out var id))
                return false;
            parts.Add(id);
        }
        concatenation = new Concatenation { Parts = parts };
        return parts.Count > 0;
    }
}
