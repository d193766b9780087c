namespace HmacFileServer.Server.ResumableUploads;

/// <summary>Tells requests of this protocol from others.</summary>
internal static class ResumableRequest
{
    /// <summary>True for a request to a file's address that wants to be resumable. A segment says by Content-Range that it is one.</summary>
    public static bool IsCreation(HttpRequest request) =>
        request.Headers.ContainsKey(ResumableHeaders.Complete) && request.Headers.ContentRange.Count == 0
        && (HttpMethods.IsPut(request.Method) || HttpMethods.IsPost(request.Method) || HttpMethods.IsPatch(request.Method));

    /// <summary>True for a request to an upload's address that is meant in this protocol, or in none that is known.</summary>
    public static bool IsForUpload(HttpRequest request) =>
        HttpMethods.IsPatch(request.Method) || HttpMethods.IsDelete(request.Method)
        || (HttpMethods.IsHead(request.Method) && request.Headers.ContainsKey(ResumableHeaders.InteropVersion));
}
