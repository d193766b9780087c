using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>Which interfaces are shown at all.</summary>
internal static class InterfaceSelection
{
    /// <summary>True for an interface that could carry an upload off this device, now or once it is configured.</summary>
    /// <param name="traits">What the system says it is.</param>
    /// <param name="type">What it was classified as.</param>
    /// <param name="interfaceState">Its addresses and routes.</param>
    /// <param name="named">The configuration or the command line names it.</param>
    public static bool IsShown(InterfaceTraits traits, InterfaceType type, InterfaceSnapshot interfaceState, bool named)
    {
        if (named)
            return true;
        if (type == InterfaceType.Loopback)
            return false;
        // A bridge of containers has an address and its own subnet; one that leads out has a gateway.
        if (traits.IsBridge)
            return interfaceState.Routes.Any(r => r.Gateway is not null);
        // A card or a link with a telling name stays in sight without addresses: it may get some.
        var isItself = traits.HasDevice || InterfaceNames.Guess(traits.Name) is not InterfaceType.Unknown;
        return isItself || interfaceState.Addresses.Count > 0 || interfaceState.Routes.Count > 0;
    }
}
