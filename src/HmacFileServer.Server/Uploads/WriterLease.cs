using System.IO.Pipelines;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>A writer's side in the shell: how to interrupt its request, and how to learn that it has let go.</summary>
internal sealed class WriterLease(UploadWriter writer, PipeReader body)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _revoked;

    public UploadWriter Writer => writer;

    /// <summary>True once a newer request, or the end of the process, has ended this one.</summary>
    public bool IsRevoked => _revoked;

    /// <summary>Completes when the writer touches nothing any more.</summary>
    public Task Released => _released.Task;

    /// <summary>Scratch of the request's loop: what is to be done with the bytes at hand.</summary>
    public List<PlannedPiece> Pieces { get; } = [];

    /// <summary>Wakes the request if it waits for its network; a write in flight is left to end by itself.</summary>
    public void Revoke()
    {
        _revoked = true;
        Wake(body);
    }

    /// <summary>Ends a wait for a body's bytes, from another thread than its request's; that may be over meanwhile.</summary>
    public static void Wake(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception ex) when (ex is ObjectDisposedException or OperationCanceledException or IOException)
        {
            // The request has ended by itself, and waits for nothing.
        }
    }

    public void SetReleased() => _released.TrySetResult();
}
