using System.Text;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>An answer as it stood on the wire.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header's value; null if it is not there.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);
}
