using HmacFileServer.Server.Http;
using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Tus;

namespace HmacFileServer.Server.Files;

/// <summary>`/files/`: uploads of clients that have a token of their own instead of a slot; the server names the file.</summary>
internal sealed class FilesEndpoint(ApiAuthorizer authorizer, TusCreationEndpoint tus, ResumableCreationEndpoint resumable)
{
    public const string Path = "/files/";

    public async Task HandleAsync(HttpContext context)
    {
        var grant = await authorizer.CheckAsync(context);
        if (grant.Error is { } refused)
            await ErrorResponse.WriteAsync(context, refused);
        else if (TusRequest.IsTus(context.Request) && HttpMethods.IsPost(context.Request.Method))
            await tus.OnFilesAsync(context, grant.FileExpires);
        else if (ResumableRequest.IsCreation(context.Request))
            await resumable.OnFilesAsync(context, grant.FileExpires);
        else
            await ErrorResponse.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Uploads begin here with tus (Tus-Resumable) or as resumable uploads (Upload-Complete).");
    }
}
