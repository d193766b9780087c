namespace HmacFileServer.Storage.FileSystem;

/// <summary>Lets one at a time work on what a key names. A key costs memory only while someone is inside or waits.</summary>
internal sealed class KeyedGate<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> _entries = []; // its own lock; guards Entry.Users too

    public async ValueTask<Pass> EnterAsync(TKey key, CancellationToken cancellation)
    {
        Entry? entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out entry))
                _entries.Add(key, entry = new Entry());
            entry.Users++;
        }
        try
        {
            await entry.Turn.WaitAsync(cancellation);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }
        return new Pass(this, key, entry);
    }

    private void Leave(TKey key, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0)
                return;
            _entries.Remove(key);
        }
        entry.Turn.Dispose();
    }

    internal sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }

    internal readonly struct Pass(KeyedGate<TKey> gate, TKey key, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Turn.Release();
            gate.Leave(key, entry);
        }
    }
}
