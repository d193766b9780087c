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
        body.CancelPendingRead();
    }

    public void SetReleased() => _released.TrySetResult();
}
