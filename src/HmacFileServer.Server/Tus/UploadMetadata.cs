using System.Text;

namespace HmacFileServer.Server.Tus;

/// <summary>`Upload-Metadata: filename d29ybGQ=,is_confidential`: keys with values in base64, or without.</summary>
internal static class UploadMetadata
{
    /// <summary>Longest header that is kept with an upload, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Reads the header; false if a key is empty, repeated or no ASCII token, or a value is not base64.</summary>
    public static bool TryParse(string header, out Dictionary<string, byte[]> values)
    {
        values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (header.Length > MaxLength)
            return false;
        foreach (var pair in header.Split(','))
        {
            var item = pair.Trim(' ');
            var space = item.IndexOf(' ', StringComparison.Ordinal);
            var key = space < 0 ? item : item[..space];
            if (key.Length == 0 || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
                return false;
            var encoded = space < 0 ? "" : item[(space + 1)..];
            var value = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, value, out var length) || !values.TryAdd(key, value[..length]))
                return false;
        }
        return true;
    }

    /// <summary>A value as text; null if there is none, or it is no UTF-8, or has control characters.</summary>
    public static string? Text(Dictionary<string, byte[]> values, string key)
    {
        if (!values.TryGetValue(key, out var bytes) || bytes.Length == 0)
            return null;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.Any(char.IsControl) ? null : text;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
