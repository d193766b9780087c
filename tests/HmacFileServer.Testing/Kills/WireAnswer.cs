using System.Globalization;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Kills;

/// <summary>A response as it came.</summary>
/// <param name="Request">The request's first line, for messages.</param>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its fields, names in any case.</param>
/// <param name="Body">Its content.</param>
internal sealed record WireAnswer(string Request, int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public long? Number(string header) =>
        long.TryParse(this[header], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The bytes that the answer says are held.</summary>
    public RangeSet Received => this["Upload-Received"] is { } text && RangeSet.TryParse(text, out var set) ? set : new RangeSet();

    public bool IsComplete => this["Upload-Complete"] == "?1";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Request} -> {Status} {string.Join("; ", Headers.Where(h => h.Key.StartsWith("Upload", StringComparison.OrdinalIgnoreCase) || h.Key is "Location").Select(h => $"{h.Key}: {h.Value}"))}"
        + $" {(Status >= 400 ? System.Text.Encoding.UTF8.GetString(Body).Trim() : "")}");
}
