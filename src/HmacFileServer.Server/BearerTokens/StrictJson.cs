using System.Text.Json;
using System.Text.Unicode;

namespace HmacFileServer.Server.BearerTokens;

/// <summary>JSON that says one thing to every reader: an object of whole characters in which no name stands twice, not deep, and nothing after it.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Null for anything else.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            return null; // the parser would find out only when the text is asked for
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                ReadTexts(document.RootElement);
                return document;
            }
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            // said by the null
        }
        document?.Dispose();
        return null;
    }

    /// <summary>InvalidOperationException if an escape stands for half of a surrogate pair, now instead of whenever the text is asked for.</summary>
    private static void ReadTexts(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            _ = member.Name;
            if (member.Value.ValueKind == JsonValueKind.String)
                _ = member.Value.GetString();
        }
    }
}
