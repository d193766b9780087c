namespace HmacFileServer.Core.Networks.Prediction;

/// <summary>One second of a link. What is not known is NaN; it then says nothing for or against.</summary>
public readonly record struct LinkSample
{
    public LinkSample()
    {
    }

    /// <summary>Delivered, in any unit that stays the same (bytes per second, Mbit/s).</summary>
    public required double Rate { get; init; }

    /// <summary>Signal strength in dBm (RSRP, RSSI).</summary>
    public double SignalDbm { get; init; } = double.NaN;

    /// <summary>Round trip in milliseconds.</summary>
    public double RttMilliseconds { get; init; } = double.NaN;

    /// <summary>0 to 100.</summary>
    public double LossPercent { get; init; } = double.NaN;
}
