using System.Globalization;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>Makes upload resources of the IETF draft.</summary>
internal static class IetfCreation
{
    /// <summary>Drafts 09 to 12.</summary>
    public const int NewestInterop = 8;

    /// <summary>Drafts 04 and 05.</summary>
    private const int OlderInterop = 6;

    public static async Task<UploadDialect> CreateAsync(ControlClient control, UploadRequest request, Uri endpoint, long? length, long mostAppend, CancellationToken cancellation)
    {
        ControlAnswer? answer = null;
        foreach (var interop in (int[])[NewestInterop, OlderInterop])
        {
            answer = await SendAsync(control, request, endpoint, length, interop, cancellation);
            if (answer.IsSuccess && answer.Location is { } upload)
            {
                var limit = Math.Min(mostAppend, ServerTraits.MostAppendOf(answer.Field("Upload-Limit")));
                return new IetfDialect(upload, length, limit, interop) { Held = new RangeSet() };
            }
        }
        throw answer!.IsSuccess
            ? new UploadFailedException(UploadFailure.Protocol, "The server does not say where the upload is (no Location): it does not speak the IETF draft.")
            : Refusals.Of((int)answer.Status, answer.Body);
    }

    private static Task<ControlAnswer> SendAsync(ControlClient control, UploadRequest request, Uri endpoint, long? length, int interop, CancellationToken cancellation)
    {
        var name = Uri.EscapeDataString(Path.GetFileName(request.FilePath));
        List<KeyValuePair<string, string>> fields =
        [
            new("Upload-Draft-Interop-Version", interop.ToString(CultureInfo.InvariantCulture)),
            new("Upload-Complete", "?0"),
            new("Content-Disposition", $"attachment; filename*=UTF-8''{name}"),
        ];
        if (length is { } known)
            fields.Add(new("Upload-Length", known.ToString(CultureInfo.InvariantCulture)));
        return control.SendAsync("POST", endpoint, fields, request.ContentType, cancellation);
    }
}
