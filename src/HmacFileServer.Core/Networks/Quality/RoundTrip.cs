namespace HmacFileServer.Core.Networks.Quality;

/// <summary>Round-trip time of a path: smoothed, its variation, and the minimum of the last five to ten minutes.</summary>
internal sealed class RoundTrip
{
    /// <summary>The minimum is kept as that of this period and the one before, so that a changed route is believed in time.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    private TimeSpan? _minimum;
    private TimeSpan? _minimumBefore;
    private TimeSpan _periodStart;
    private bool _fromKernel;

    public TimeSpan? Smoothed { get; private set; }

    public TimeSpan Variation { get; private set; }

    public TimeSpan? Minimum => _minimum is { } a && _minimumBefore is { } b ? (a < b ? a : b) : _minimum ?? _minimumBefore;

    /// <summary>What the kernel has smoothed already.</summary>
    public void Kernel(TimeSpan smoothed, TimeSpan variation, TimeSpan minimum, TimeSpan now)
    {
        Smoothed = smoothed;
        Variation = variation;
        _fromKernel = true;
        Lowest(minimum > TimeSpan.Zero && minimum < smoothed ? minimum : smoothed, now);
    }

    /// <summary>One measurement of a probe, smoothed as RFC 6298 section 2 does (1/8 and 1/4).</summary>
    public void Probe(TimeSpan rtt, TimeSpan now)
    {
        // Paths are probed while they carry nothing: what was smoothed under load says nothing of the empty path.
        if (Smoothed is { } smoothed && !_fromKernel)
        {
            Variation = 0.75 * Variation + 0.25 * (smoothed - rtt).Duration();
            Smoothed = 0.875 * smoothed + 0.125 * rtt;
        }
        else
        {
            Variation = Smoothed is null || rtt / 2 < Variation ? rtt / 2 : Variation;
            Smoothed = rtt;
            _fromKernel = false;
        }
        Lowest(rtt, now);
    }

    private void Lowest(TimeSpan rtt, TimeSpan now)
    {
        if (now - _periodStart >= Period || now < _periodStart)
        {
            _minimumBefore = now - _periodStart < 2 * Period ? _minimum : null;
            _minimum = null;
            _periodStart = now;
        }
        _minimum = _minimum is { } known && known < rtt ? known : rtt;
    }
}
