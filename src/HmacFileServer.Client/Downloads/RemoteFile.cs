using System.Globalization;
using System.Net;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Protocols;

namespace HmacFileServer.Client.Downloads;

/// <summary>What the server says of a file before it is fetched.</summary>
/// <param name="Url">Its address, behind all redirects.</param>
/// <param name="Length">In bytes; null if the server does not say.</param>
/// <param name="ETag">A strong validator; null without. Only with it do ranges of one file stay ranges of one file (RFC 9110 §13.1.5).</param>
/// <param name="HasRanges">The server serves parts of it.</param>
/// <param name="Sha256">Lower-case hex; null if it is not told.</param>
/// <param name="Name">What the server calls it; one segment, fit for a file.</param>
internal sealed record RemoteFile(Uri Url, long? Length, string? ETag, bool HasRanges, string? Sha256, string Name)
{
    private const int MostRedirects = 5;

    /// <summary>True if it can be fetched in parts, over several paths, and go on after a break.</summary>
    public bool IsDivisible => HasRanges && Length is not null && ETag is not null;

    public static async Task<RemoteFile> AskAsync(ControlClient control, Uri url, CancellationToken cancellation)
    {
        for (var hops = 0; hops <= MostRedirects; hops++)
        {
            var answer = await control.SendAsync("HEAD", url, [new("Want-Repr-Digest", "sha-256=10"), new("Accept-Encoding", "identity")], null, cancellation);
            if ((int)answer.Status is 301 or 302 or 303 or 307 or 308 && answer.Location is { } next)
            {
                if (url.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                    throw new UploadFailedException(UploadFailure.Protocol, "The server leads from https: to http:, where anybody could change the file. Use the other address yourself if you trust it.");
                url = next;
                continue;
            }
            return Read(url, answer);
        }
        throw new UploadFailedException(UploadFailure.Protocol, $"The server leads from one address to the next more than {MostRedirects} times.");
    }

    private static RemoteFile Read(Uri url, ControlAnswer answer)
    {
        if (answer.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)
            return new RemoteFile(url, null, null, false, null, NameOf(url, null));
        if (!answer.IsSuccess)
            throw Refused((int)answer.Status);
        var tag = answer.Field("ETag");
        return new RemoteFile(url, answer.ContentLength, tag is not null && tag.StartsWith('"') ? tag : null,
            answer.Field("Accept-Ranges")?.Contains("bytes", StringComparison.OrdinalIgnoreCase) ?? false,
            ReprDigestField.Sha256(answer.Field("Repr-Digest")), NameOf(url, answer.FileName));
    }

    public static UploadFailedException Refused(int status) => status switch
    {
        401 or 403 => new UploadFailedException(UploadFailure.Refused, $"The server does not hand the file out ({status}). Give --token-file or --header if it wants a token.") { Status = status },
        404 or 410 => new UploadFailedException(UploadFailure.Refused, "There is no such file on the server. Check the URL; an upload that is not finished cannot be downloaded yet.") { Status = status },
        >= 500 => new UploadFailedException(UploadFailure.Server, $"The server failed ({status}). Run the same command again later: what is here stays here.") { Status = status },
        _ => new UploadFailedException(UploadFailure.Refused, $"The server refused the download ({status}).") { Status = status },
    };

    /// <summary>A name from the server is never a path, and never hidden: it decides nothing but the name.</summary>
    internal static string NameOf(Uri url, string? told)
    {
        var name = told is { Length: > 0 } ? told : Uri.UnescapeDataString(url.Segments[^1]);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        name = new string([.. name.Where(c => !char.IsControl(c))]).TrimStart('.').Trim();
        return name.Length == 0 ? "download" : name.Length > 200 ? name[..200] : name;
    }

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Length?.ToString(CultureInfo.InvariantCulture) ?? "?"} bytes, {(IsDivisible ? "in parts" : "in one piece")}");
}
