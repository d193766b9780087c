using System.Globalization;

namespace HmacFileServer.Client.Http;

/// <summary>The status and the fields of one final HTTP/1.1 response (RFC 9112 §4), with its body where it is short.</summary>
internal sealed class ResponseHead
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    public int Status { get; init; }

    /// <summary>At most the first 64 KB of the body, as text.</summary>
    public string Body { get; set; } = "";

    /// <summary>The server closes the connection behind this response.</summary>
    public bool Closes => Http10 || (Field("Connection")?.Contains("close", StringComparison.OrdinalIgnoreCase) ?? false);

    public bool Http10 { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The field's value; several lines are joined with a comma (RFC 9110 §5.2). Null if it is absent.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The field as a number of 0 or more; null if it is absent or none.</summary>
    public long? Number(string name) =>
        long.TryParse(Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    internal void Add(string name, string value) =>
        _fields[name] = _fields.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
}
