namespace HmacFileServer.Core.Networks.Quality;

/// <summary>The rate at which a path delivers, from acknowledged bytes. What the application held back never lowers it.</summary>
internal sealed class RateMeter
{
    /// <summary>Acknowledgements come in bursts; shorter intervals measure the bursts.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Smoothing = TimeSpan.FromSeconds(2);

    /// <summary>Slow enough that a decay over ten minutes stands out, and an average over the swings of a radio link.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(5);

    /// <summary>In use for less than this, a path has shown the ramp of its connection and not its rate.</summary>
    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(2);

    private TimeSpan _since;
    private ulong _bytes;
    private TimeSpan _used;
    private bool _running;
    private bool _limited;

    /// <summary>Bytes per second; zero before the first measurement.</summary>
    public double Current { get; private set; }

    /// <summary>Bytes per second; the mean of <see cref="Current"/> over about five minutes of use.</summary>
    public double Usual { get; private set; }

    /// <summary><see cref="Usual"/> is more than the first moments of a connection: a path that stood in for another for a moment is not slow by that.</summary>
    public bool IsUsualKnown => _used >= Ramp;

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
            // In the first minutes a plain mean: the ramp of the first second must not stay for five minutes.
            _used += took;
            Usual += Math.Max(took / _used, 1 - Math.Exp(-took / UsualTime)) * (Current - Usual);
        }
        (_since, _bytes, _limited) = (now, bytes, false);
    }
}
