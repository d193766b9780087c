namespace HmacFileServer.Platform;

/// <summary>Counts who needs a monitor to be attentive, and tells when that begins or ends.</summary>
internal sealed class Attention(Action<bool> onChange)
{
    private readonly Lock _gate = new(); // guards _claims, and keeps the calls in their order
    private int _claims;

    public IDisposable Claim()
    {
        lock (_gate)
        {
            if (++_claims == 1)
                onChange(true);
        }
        return new Held(this);
    }

    private void Release()
    {
        lock (_gate)
        {
            if (--_claims == 0)
                onChange(false);
        }
    }

    private sealed class Held(Attention owner) : IDisposable
    {
        private Attention? _owner = owner;

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Release();
    }
}
