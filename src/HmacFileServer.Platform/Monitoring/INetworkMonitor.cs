using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>
/// Watches the network interfaces of this device (on Linux: of the network namespace it was started in). Whoever starts one
/// owns it: disposing it stops the watching and waits until the last callback has returned.
/// </summary>
public interface INetworkMonitor : IAsyncDisposable
{
    /// <summary>
    /// The interfaces as last reported, by ascending index. The list and its records never change; a new list replaces the old
    /// one at once. Complete from the moment the monitor has been started; it keeps its last value after disposal.
    /// </summary>
    IReadOnlyList<InterfaceSnapshot> Current { get; }

    /// <summary>
    /// Calls back with the new list after every change, one call per batch of changes the system reported together. A record
    /// that did not change is the same object as in the list before.
    /// </summary>
    /// <remarks>
    /// The callback runs on the monitor's own thread, with <see cref="Current"/> already replaced: while it runs, no further
    /// change is seen, so it must hand work on and return. It is not called for the state at the time of subscribing: subscribe
    /// first, then read <see cref="Current"/>, and nothing is missed. What it throws goes to <see cref="MonitorOptions.OnFault"/>.
    /// </remarks>
    /// <returns>Disposing it ends the subscription; a callback that is running at that moment may still be finishing.</returns>
    IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange);

    /// <summary>
    /// While at least one such claim is held, the monitor does not rely on announcements alone: the system may hold back the
    /// loss of a carrier (Linux: up to a second after another one). A lost carrier is then seen within 6 ms or so on Linux, and
    /// within 100 ms elsewhere. To be held while bytes are under way, and let go when the device may sleep.
    /// </summary>
    IDisposable Attend();
}
