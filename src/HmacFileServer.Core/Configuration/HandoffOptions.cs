using HmacFileServer.Core.Configuration.Schema;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[handoff]`</summary>
public sealed record HandoffOptions
{
    [SwitchOption("Keep a connection ready on the next-best network, so that a change costs no handshake.")]
    public bool SeamlessSwitching { get; init; } = true;

    [SwitchOption("Send what of a cut piece did not arrive again over the new network, by itself.")]
    public bool ChunkRetryOnSwitch { get; init; } = true;

    [SwitchOption("Report every change of the network as an event.")]
    public bool SwitchNotificationEnabled { get; init; } = true;
}
