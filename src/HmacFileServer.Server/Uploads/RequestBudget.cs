namespace HmacFileServer.Server.Uploads;

/// <summary>How many requests bring bytes at the same time, over all uploads. Safe for use by several threads.</summary>
/// <param name="most">The bound; 0 for none.</param>
internal sealed class RequestBudget(int most)
{
    private int _count;

    /// <summary>Counts one more, to be given back by <see cref="Return"/>; false, and not counted, beyond the bound.</summary>
    /// <param name="always">True for a request that ends another: refusing it would leave a dead one in its place.</param>
    public bool TryTake(bool always)
    {
        if (Interlocked.Increment(ref _count) <= most || most == 0 || always)
            return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Return() => Interlocked.Decrement(ref _count);
}
