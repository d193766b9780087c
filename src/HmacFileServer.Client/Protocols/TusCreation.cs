using System.Globalization;
using System.Text;

namespace HmacFileServer.Client.Protocols;

/// <summary>Makes tus uploads (extensions creation, creation-defer-length, concatenation).</summary>
internal static class TusCreation
{
    /// <summary>Returns the new upload's URL.</summary>
    /// <param name="control">Sends the request.</param>
    /// <param name="request">What is uploaded.</param>
    /// <param name="endpoint">Where uploads are made.</param>
    /// <param name="length">In bytes; null to tell it later.</param>
    /// <param name="concat">`Upload-Concat`; null for an upload that stands alone.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Uri> CreateAsync(ControlClient control, UploadRequest request, Uri endpoint, long? length, string? concat, CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> fields = [new("Tus-Resumable", "1.0.0"), new("Upload-Metadata", Metadata(request))];
        fields.Add(length is { } known ? new("Upload-Length", known.ToString(CultureInfo.InvariantCulture)) : new("Upload-Defer-Length", "1"));
        if (concat is not null)
            fields.Add(new("Upload-Concat", concat));
        var answer = await control.SendAsync("POST", endpoint, fields, null, cancellation);
        // 201 by the protocol. @uploadx/core says 200 where the upload is complete with its creation, as an empty one is.
        if (!answer.IsSuccess)
            throw Refusals.Of((int)answer.Status, answer.Body);
        return answer.Location
            ?? throw new UploadFailedException(UploadFailure.Protocol, "The server made an upload and does not say where (no Location). It is no tus server, or a proxy took the header away.");
    }

    /// <summary>`Upload-Metadata`: the file's name and type, in base64.</summary>
    public static string Metadata(UploadRequest request) =>
        $"filename {Base64(Path.GetFileName(request.FilePath))},filetype {Base64(request.ContentType)}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
