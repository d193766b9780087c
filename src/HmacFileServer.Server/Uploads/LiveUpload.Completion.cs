using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>The way from the last byte to the file: the digest that catches up, the parts that are put together, and the one request that finishes.</summary>
internal sealed partial class LiveUpload
{
    /// <summary>In bytes: less than this is hashed in a few milliseconds when the upload finishes.</summary>
    private const long WorthCatchingUp = 8 * 1024 * 1024;

    private TaskCompletionSource? _finishing;
    private Task _catchingUp = Task.CompletedTask;
    private Task _assembling = Task.CompletedTask;

    /// <summary>True for exactly one caller once the upload is whole: it finishes, and must call <see cref="EndFinish"/>.</summary>
    public bool TryBeginFinish()
    {
        lock (_gate) return TryBeginFinishHeld();
    }

    /// <summary>The same under the gate.</summary>
    private bool TryBeginFinishHeld()
    {
        if (Concatenation.IsPartial || !_session.TryBeginFinish())
            return false;
        _finishing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return true;
    }

    public void EndFinish(UploadState result)
    {
        lock (_gate)
        {
            _session.EndFinish(result, _clock.GetUtcNow());
            Changed();
        }
        _finishing!.SetResult();
    }

    /// <summary>Waits while someone finishes it.</summary>
    public Task SettledAsync()
    {
        lock (_gate) return _session.State == UploadState.Finishing ? _finishing!.Task : Task.CompletedTask;
    }

    /// <summary>Puts the parts together, or waits while that is under way.</summary>
    public Task AssembleOnceAsync(Func<Task> assemble)
    {
        lock (_gate)
        {
            if (_assembling.IsCompleted)
                _assembling = Task.Run(assemble);
            return _assembling;
        }
    }

    /// <summary>Lets the digest read back what it missed, beside the requests that write, when that is worth a task.</summary>
    public void CatchUpBeside(IStagedUpload staged, long prefix)
    {
        if (Digest.Lag(prefix) < WorthCatchingUp)
            return;
        lock (_gate)
        {
            if (_session.State == UploadState.Receiving && _catchingUp.IsCompleted)
                _catchingUp = Task.Run(() => CatchUpQuietlyAsync(staged, prefix));
        }
    }

    /// <summary>Waits until nobody reads back for the digest.</summary>
    public Task CaughtUpAsync()
    {
        lock (_gate) return _catchingUp;
    }

    private async Task CatchUpQuietlyAsync(IStagedUpload staged, long prefix)
    {
        try
        {
            await Digest.CatchUpAsync(staged, prefix, CancellationToken.None);
        }
        catch (Exception ex) when (ex is UploadException or IOException or ObjectDisposedException)
        {
            // Whoever finishes the upload reads the same bytes again, and reports what is wrong with them.
        }
    }
}
