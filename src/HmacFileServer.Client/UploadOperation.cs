using System.Threading.Channels;

namespace HmacFileServer.Client;

/// <summary>An upload that is under way: its progress as it happens, and its end.</summary>
public sealed class UploadOperation
{
    // Whoever looks seldom sees the latest state, and nobody's memory fills up.
    private readonly Channel<TransferProgress> _progress = Channel.CreateBounded<TransferProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private UploadOperation(Func<IProgress<TransferProgress>, Task<UploadResult>> upload) => Completion = RunAsync(upload);

    /// <summary>The result; fails with <see cref="UploadFailedException"/> or <see cref="OperationCanceledException"/>.</summary>
    public Task<UploadResult> Completion { get; }

    /// <summary>
    /// The state, some ten times a second, until the upload is over, however it ends: the end itself is told by <see cref="Completion"/>. States that
    /// nobody took are replaced by newer ones. For one reader.
    /// </summary>
    public IAsyncEnumerable<TransferProgress> Progress => _progress.Reader.ReadAllAsync();

    internal static UploadOperation Start(Func<IProgress<TransferProgress>, Task<UploadResult>> upload) => new(upload);

    private async Task<UploadResult> RunAsync(Func<IProgress<TransferProgress>, Task<UploadResult>> upload)
    {
        try
        {
            return await upload(new Writer(_progress.Writer));
        }
        finally
        {
            _progress.Writer.TryComplete();
        }
    }

    private sealed class Writer(ChannelWriter<TransferProgress> progress) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => progress.TryWrite(value);
    }
}
