namespace HmacFileServer.Core.Networks.Quality;

/// <summary>The rate at which a path delivers, from acknowledged bytes. What the application held back never lowers it.</summary>
internal sealed class RateMeter
{
    /// <summary>Acknowledgements come in bursts; shorter intervals measure the bursts.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Smoothing = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BestHalfLife = TimeSpan.FromMinutes(2);

    private TimeSpan _since;
    private ulong _bytes;
    private bool _running;
    private bool _limited;

    /// <summary>Bytes per second; zero before the first measurement.</summary>
    public double Current { get; private set; }

    /// <summary>Bytes per second; the highest <see cref="Current"/>, fading by half in two minutes of use.</summary>
    public double Best { get; private set; }

    /// <summary>The next sample only says where to count from.</summary>
    public void Restart() => _running = false;

    /// <param name="bytes">Acknowledged over the connection's life.</param>
    /// <param name="limited">The application, not the path, set the pace.</param>
    /// <param name="rtt">An interval is never shorter than one round trip.</param>
    /// <param name="now">The time.</param>
    public void Observe(ulong bytes, bool limited, TimeSpan rtt, TimeSpan now)
    {
        if (!_running || bytes < _bytes || now < _since)
        {
            (_since, _bytes, _running, _limited) = (now, bytes, true, false);
            return;
        }
        _limited |= limited;
        var took = now - _since;
        if (took < ShortestInterval || took < rtt)
            return;
        var rate = (bytes - _bytes) / took.TotalSeconds;
        if (!_limited || rate > Current)
        {
            var share = Current > 0 ? 1 - Math.Exp(-took / Smoothing) : 1;
            Current += share * (rate - Current);
            Best = Math.Max(Current, Best * Math.Pow(0.5, took / BestHalfLife));
        }
        (_since, _bytes, _limited) = (now, bytes, false);
    }
}
