namespace HmacFileServer.Testing.Storage;

/// <summary>A file in memory whose pages exist once they are written, so that a test may claim terabytes.</summary>
internal sealed class SparseBytes
{
    private const int PageBytes = 64 * 1024;
    private readonly Lock _gate = new(); // guards _pages
    private readonly Dictionary<long, byte[]> _pages = [];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            while (!bytes.IsEmpty)
            {
                var (page, at) = Math.DivRem(offset, PageBytes);
                var count = (int)Math.Min(PageBytes - at, bytes.Length);
                if (!_pages.TryGetValue(page, out var held))
                    _pages[page] = held = new byte[PageBytes];
                bytes[..count].CopyTo(held.AsSpan((int)at));
                bytes = bytes[count..];
                offset += count;
            }
        }
    }

    public void Read(long offset, Span<byte> destination)
    {
        lock (_gate)
        {
            while (!destination.IsEmpty)
            {
                var (page, at) = Math.DivRem(offset, PageBytes);
                var count = (int)Math.Min(PageBytes - at, destination.Length);
                if (_pages.TryGetValue(page, out var held))
                    held.AsSpan((int)at, count).CopyTo(destination);
                else
                    destination[..count].Clear();
                destination = destination[count..];
                offset += count;
            }
        }
    }
}
