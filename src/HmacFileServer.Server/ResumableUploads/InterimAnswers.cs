using HmacFileServer.Server.Connections;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.ResumableUploads;

/// <summary>
/// The 104 responses of one request: where the upload can be resumed, and how far it is. Never to a client that speaks no
/// interop version of ours, nor where the connection cannot carry them.
/// </summary>
internal sealed class InterimAnswers(HttpContext context, TimeProvider clock, UploadLimits limits)
{
    private const string Status = "104 Upload Resumption Supported";

    /// <summary>How many at the most tell progress: a client that never reads them must not fill its connection.</summary>
    private const int MostReports = 1000;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private readonly InterimResponses? _connection = HttpProtocol.IsHttp11(context.Request.Protocol) ? context.Features.Get<InterimResponses>() : null;
    private readonly string? _version = ResumableHeaders.Version(context.Request);
    private long _reported = clock.GetTimestamp();
    private int _reports;

    /// <summary>Tells where the upload is, before its first byte is read.</summary>
    public ValueTask LocateAsync(string location) => _connection is null || _version is null
        ? ValueTask.CompletedTask
        : _connection.SendAsync(
            Status, (ResumableHeaders.InteropVersion, _version), ("Location", location), (ResumableHeaders.Limit, ResumableHeaders.LimitFor(context.Request, limits)));

    /// <summary>Tells how far it is, once a second at the most.</summary>
    public ValueTask ReportAsync(long offset)
    {
        if (_connection is null || _version is null || _reports >= MostReports || clock.GetElapsedTime(_reported) < ReportInterval)
            return ValueTask.CompletedTask;
        _reported = clock.GetTimestamp();
        _reports++;
        return _connection.SendAsync(Status, (ResumableHeaders.InteropVersion, _version), (ResumableHeaders.Offset, ResumableHeaders.Number(offset)));
    }
}
