namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>
/// Bounds how many idle uploads have their files open: the clock algorithm, so that a write pays nothing for it and only an
/// opening looks for another to close.
/// </summary>
internal sealed class HandleCache(int most)
{
    private readonly Lock _gate = new(); // guards _open; taken before the lock of an entry, never the other way round
    private readonly Queue<StagedFile> _open = new();

    public void Opened(StagedFile entry)
    {
        lock (_gate)
        {
            _open.Enqueue(entry);
            // Two rounds at most: in the first every entry may have been used, in the second all that are idle have not.
            for (var looks = 2 * _open.Count; _open.Count > most && looks > 0; looks--)
            {
                var candidate = _open.Dequeue();
                if (candidate == entry || candidate.WasUsed || !candidate.TryCloseIdle())
                {
                    candidate.WasUsed = false;
                    _open.Enqueue(candidate);
                }
            }
        }
    }

    /// <summary>Forgets an entry that closed its files itself.</summary>
    public void Closed(StagedFile entry)
    {
        lock (_gate)
        {
            for (var left = _open.Count; left > 0; left--)
            {
                var candidate = _open.Dequeue();
                if (candidate != entry)
                    _open.Enqueue(candidate);
            }
        }
    }
}
