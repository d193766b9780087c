using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.Connections;

namespace HmacFileServer.Server.Downloads;

/// <summary>Copies a range of a stored file into the response, straight into the buffers that the socket sends from.</summary>
internal static class ContentCopier
{
    /// <summary>One read, in bytes: large enough that system calls do not count, small enough for thousands of readers.</summary>
    private const int ChunkBytes = TransportMemoryPool.LargeBlockBytes;

    public static async Task CopyAsync(IStoredContent content, ByteRange range, HttpContext context)
    {
        var output = context.Response.BodyWriter;
        for (var position = range.Start; position < range.End;)
        {
            var wanted = (int)Math.Min(ChunkBytes, range.End - position);
            var count = await content.ReadAsync(position, output.GetMemory(wanted)[..wanted], context.RequestAborted);
            if (count == 0)
                throw new IOException("A stored file is shorter than its index says.");
            output.Advance(count);
            position += count;
            var flushed = await output.FlushAsync(context.RequestAborted);
            if (flushed.IsCompleted)
                return; // the reader has gone
        }
    }
}
