using System.Net;

namespace HmacFileServer.Server.Tests.Http2;

/// <summary>A body that begins and then stands still, until it is let go or its request ends.</summary>
internal sealed class StallingContent(byte[] first, long length, byte[]? rest = null) : HttpContent
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first bytes were handed over.</summary>
    public Task Begun => _begun.Task;

    public void GoOn() => _goOn.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(first, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        _begun.TrySetResult();
        await _goOn.Task.WaitAsync(cancellationToken);
        await stream.WriteAsync(rest ?? [], cancellationToken);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
