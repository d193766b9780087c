namespace HmacFileServer.Client.Protocols;

/// <summary>What a status of the server means to the person who uploads: the one table of it.</summary>
internal static class Refusals
{
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer's body; shown if it is short and plain.</param>
    public static UploadFailedException Of(int status, string body)
    {
        var text = body.Length is > 0 and < 500 && !body.Contains('<', StringComparison.Ordinal)
            ? $" The server says: {new string([.. body.Trim().Select(c => char.IsControl(c) ? ' ' : c)])}"
            : "";
        var (reason, advice) = status switch
        {
            401 => (UploadFailure.Refused, "The server wants a token. Give --token-file, or ask for a slot."),
            403 => (UploadFailure.Refused, "The server refused the token: it does not match this URL, length and content type, or has expired. Ask for a new slot."),
            404 => (UploadFailure.Refused, "The server knows no upload at this URL. Ask for a new slot."),
            405 or 501 => (UploadFailure.Refused, $"Nothing can be uploaded to this URL ({status}). Check it; a server's upload address often ends in /files/ or is a slot."),
            409 => (UploadFailure.Refused, "A complete file is already stored in this slot. Ask for a new slot."),
            410 => (UploadFailure.Refused, "The server no longer has this upload. Run the same command again to begin anew."),
            411 => (UploadFailure.Refused, "The server wants to know the length beforehand. Upload a file instead of standard input."),
            413 => (UploadFailure.Refused, "The file is larger than the server accepts."),
            507 => (UploadFailure.Server, "The server's disk is full. What it has stays there: run the same command again later."),
            >= 500 => (UploadFailure.Server, $"The server failed ({status}). What it has stays there: run the same command again later."),
            >= 300 and < 400 => (UploadFailure.Refused, $"The server sends uploads elsewhere ({status}). Use the address that it names."),
            _ => (UploadFailure.Refused, $"The server refused the upload ({status})."),
        };
        return new UploadFailedException(reason, advice + text) { Status = status };
    }
}
