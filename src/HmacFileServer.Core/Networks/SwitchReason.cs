namespace HmacFileServer.Core.Networks;

/// <summary>Why an upload left a path.</summary>
public enum SwitchReason
{
    /// <summary>Carrier, address or route gone.</summary>
    InterfaceDown,

    /// <summary>A quality threshold was crossed.</summary>
    QualityDegradation,

    /// <summary>A preferred path is there and has been stable.</summary>
    BetterAlternative,

    /// <summary>A person or the configuration said so.</summary>
    Manual,

    /// <summary>Bytes were unacknowledged and nothing came back.</summary>
    Timeout,

    /// <summary>The path was about to die.</summary>
    Predicted,
}

/// <summary>The names of <see cref="SwitchReason"/> in JSON, metrics and logs.</summary>
public static class SwitchReasonNames
{
    public static string Name(this SwitchReason reason) => reason switch
    {
        SwitchReason.InterfaceDown => "interface_down",
        SwitchReason.QualityDegradation => "quality_degradation",
        SwitchReason.BetterAlternative => "better_alternative",
        SwitchReason.Manual => "manual",
        SwitchReason.Predicted => "predicted",
        _ => "timeout",
    };
}
