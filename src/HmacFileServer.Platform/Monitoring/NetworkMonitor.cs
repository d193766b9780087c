using HmacFileServer.Platform.Linux.Rtnetlink;
using HmacFileServer.Platform.Portable;

namespace HmacFileServer.Platform;

/// <summary>Starts the best monitor this system has.</summary>
public static class NetworkMonitor
{
    /// <summary>
    /// Starts watching; the first list is complete on return. On Linux the kernel announces changes (rtnetlink) and they are
    /// seen within a millisecond or so, in the network namespace of the calling thread. Elsewhere, or where a sandbox forbids
    /// netlink sockets (the reason goes to <see cref="MonitorOptions.OnFault"/>), the portable monitor polls.
    /// </summary>
    /// <param name="options">What to show.</param>
    /// <param name="clock">Paces the polling of the portable monitor.</param>
    public static INetworkMonitor Start(MonitorOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsAndroid())
        {
            try
            {
                return LinuxNetworkMonitor.Start(options);
            }
            catch (NetlinkException refused)
            {
                options.OnFault?.Invoke(refused);
            }
        }
        return PollingNetworkMonitor.Start(options, clock);
    }
}
