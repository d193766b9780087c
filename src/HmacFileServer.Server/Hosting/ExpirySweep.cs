using HmacFileServer.Core.Storage;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Hosting;

/// <summary>Removes abandoned uploads and expired files, once in a while.</summary>
internal sealed class ExpirySweep(UploadEngine engine, IUploadStore store, TimeProvider clock, UploadLimits limits, ILogger<UploadEngine> logger) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A quarter of the timeout, so that even a short one is kept to about as exactly as it is given.
        var quarter = limits.SessionTimeout / 4;
        using var timer = new PeriodicTimer(quarter < Longest ? quarter : Longest, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await SweepAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // the end of the process
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        try
        {
            await engine.SweepAsync();
            await foreach (var file in store.ListExpiredAsync(clock.GetUtcNow(), cancellation))
            {
                if (await store.DeleteFileAsync(file.Slot, cancellation))
                    UploadLog.FileExpired(logger, file.Length);
            }
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            UploadLog.SweepFailed(logger, ex); // the next round tries again
        }
    }
}
