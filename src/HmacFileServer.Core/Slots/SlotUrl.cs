using System.Text;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Slots;

/// <summary>Writes the URL of a file: the opposite of <see cref="RequestTargetParser"/>.</summary>
public static class SlotUrl
{
    /// <summary>
    /// The URL as text. It stays text because URI classes normalise, and what is signed must be what is sent.
    /// </summary>
    /// <param name="baseUri">Where the server's base path is, such as `https://files.example.org/upload/`; without query and fragment.</param>
    /// <param name="path">The file.</param>
    /// <param name="query">What the minter made, without `?`; null or empty for the download URL.</param>
    public static string Build(Uri baseUri, SlotPath path, string? query = null)
    {
        if (!baseUri.IsAbsoluteUri || baseUri.Scheme is not ("http" or "https") || baseUri.Query.Length > 0 || baseUri.Fragment.Length > 0)
            throw new ArgumentException("The base must be an absolute http or https URL without query and fragment.", nameof(baseUri));
        var url = new StringBuilder(baseUri.GetLeftPart(UriPartial.Path).TrimEnd('/')).Append('/').Append(EncodePath(path));
        if (!string.IsNullOrEmpty(query))
            url.Append('?').Append(query);
        return url.ToString();
    }

    /// <summary>
    /// The path with every byte escaped that is not unreserved (RFC 3986 §2.3), so that no reader on the way takes it for anything else.
    /// </summary>
    public static string EncodePath(SlotPath path) => string.Join('/', path.Segments.Select(Uri.EscapeDataString));
}
