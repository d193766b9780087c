using System.Buffers;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>One opening of a <see cref="StagedFile"/>, and the boundary where errors of the disk become errors of the upload.</summary>
internal sealed class StagedUpload(StagingArea area, StagedFile file, ILogger logger) : IStagedUpload
{
    private int _closed;

    public UploadRecord Record => file.Record;

    public StagedFile File => file;

    public StagingArea Area => area;

    public ValueTask WriteAsync(long offset, ReadOnlySequence<byte> bytes, CancellationToken cancellation)
    {
        CheckOpen(cancellation);
        try
        {
            file.Write(offset, bytes);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask CommitAsync(ByteRange range, CancellationToken cancellation)
    {
        CheckOpen(cancellation);
        try
        {
            var commit = file.CommitAsync(range);
            return commit.IsCompletedSuccessfully ? commit : TranslatedAsync(commit);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    public ValueTask ResetAsync(long keep, CancellationToken cancellation)
    {
        CheckOpen(cancellation);
        try
        {
            file.Reset(keep);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask SetLengthAsync(long length, CancellationToken cancellation)
    {
        CheckOpen(cancellation);
        try
        {
            file.SetLength(length);
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        CheckOpen(cancellation);
        try
        {
            return ValueTask.FromResult(file.Read(offset, destination.Span));
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            area.Close(file);
        return ValueTask.CompletedTask;
    }

    private void CheckOpen(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        cancellation.ThrowIfCancellationRequested();
    }

    private async ValueTask TranslatedAsync(ValueTask commit)
    {
        try
        {
            await commit;
        }
        catch (IOException error)
        {
            throw Translate(error);
        }
    }

    private UploadException Translate(IOException error)
    {
        if (!StorageErrors.IsFull(error)) // whoever answers 507 says so; it may be every request
            Log.Failed(logger, error);
        return StorageErrors.Translate(error);
    }
}
