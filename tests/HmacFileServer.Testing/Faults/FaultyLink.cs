namespace HmacFileServer.Testing.Faults;

/// <summary>A link in virtual time with what can be wrong with it. Bytes on it are counted, not kept.</summary>
/// <param name="name">The interface's name.</param>
/// <param name="priority">The lower the better.</param>
/// <param name="fullRate">Bytes per second when nothing harms it.</param>
/// <param name="fullDelay">One way, when nothing harms it.</param>
public sealed class FaultyLink(string name, int priority, double fullRate, TimeSpan fullDelay)
{
    public string Name => name;

    public int Priority => priority;

    public double FullRate { get; } = fullRate;

    public TimeSpan FullDelay { get; } = fullDelay;

    /// <summary>Bytes per second up.</summary>
    public double Rate { get; set; } = fullRate;

    /// <summary>One way, the queue not counted.</summary>
    public TimeSpan Delay { get; set; } = fullDelay;

    /// <summary>What waits in the queue of a full link, beside the delay.</summary>
    public TimeSpan Queue { get; set; } = TimeSpan.FromMilliseconds(20);

    public bool HasCarrier { get; set; } = true;

    public bool HasAddress { get; set; } = true;

    /// <summary>False: what goes up is swallowed in silence.</summary>
    public bool UpWorks { get; set; } = true;

    /// <summary>False: what comes down is swallowed in silence.</summary>
    public bool DownWorks { get; set; } = true;

    /// <summary>The device sees the interface and can use it.</summary>
    public bool IsUsable => HasCarrier && HasAddress;

    public bool CarriesUp => IsUsable && UpWorks;

    public bool CarriesDown => IsUsable && DownWorks;

    /// <summary>Nothing harms it any more.</summary>
    public void Heal()
    {
        (Rate, Delay, Queue) = (FullRate, FullDelay, TimeSpan.FromMilliseconds(20));
        HasCarrier = HasAddress = UpWorks = DownWorks = true;
    }
}
