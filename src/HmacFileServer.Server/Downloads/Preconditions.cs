using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace HmacFileServer.Server.Downloads;

/// <summary>Conditional requests (RFC 9110 §13.2.2), in the order that it prescribes.</summary>
internal static class Preconditions
{
    /// <summary>412 or 304 if the request's conditions say so; null to go on.</summary>
    public static int? Evaluate(RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        if (headers.IfMatch is { Count: > 0 } ifMatch)
        {
            if (!ifMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: true)))
                return StatusCodes.Status412PreconditionFailed;
        }
        else if (headers.IfUnmodifiedSince is { } unmodifiedSince && lastModified > unmodifiedSince)
        {
            return StatusCodes.Status412PreconditionFailed;
        }
        if (headers.IfNoneMatch is { Count: > 0 } ifNoneMatch)
        {
            if (ifNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false)))
                return StatusCodes.Status304NotModified;
        }
        else if (headers.IfModifiedSince is { } modifiedSince && lastModified <= modifiedSince)
        {
            return StatusCodes.Status304NotModified;
        }
        return null;
    }

    /// <summary>True if ranges may be served: no If-Range, or one that matches exactly (RFC 9110 §13.1.5).</summary>
    public static bool AllowsRanges(RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        if (!headers.Headers.ContainsKey(HeaderNames.IfRange))
            return true;
        return headers.IfRange switch
        {
            { EntityTag: { } asked } => asked.Compare(tag, useStrongComparison: true),
            { LastModified: { } asked } => asked == lastModified,
            _ => false,
        };
    }
}
