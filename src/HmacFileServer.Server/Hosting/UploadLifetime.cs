using HmacFileServer.Server.Health;
using HmacFileServer.Server.Uploads;

namespace HmacFileServer.Server.Hosting;

/// <summary>Takes up what an earlier process left before the first request, and lets requests store what they hold at the end.</summary>
internal sealed class UploadLifetime(UploadEngine engine, Readiness readiness, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private CancellationTokenRegistration _stopping;
    private Task _stopped = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => engine.LoadAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        readiness.IsReady = true;
        // Not in StopAsync: Kestrel stops first and would wait for uploads that nobody has told to end.
        _stopping = lifetime.ApplicationStopping.Register(() =>
        {
            readiness.IsReady = false;
            _stopped = engine.StopAsync();
        });
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopped.WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _stopping.Dispose();
        return Task.CompletedTask;
    }
}
