using System.Net.NetworkInformation;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Portable;

/// <summary>
/// For systems without rtnetlink: reads all interfaces through the base class library, when it announces a change of
/// addresses or availability, and besides that at every poll interval.
/// </summary>
internal sealed class PollingNetworkMonitor : INetworkMonitor
{
    private static readonly TimeSpan AttentiveInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _reading = new(); // one reading at a time, published in order; guards _stopped
    private readonly Func<IReadOnlyList<InterfaceSnapshot>> _read;
    private readonly SnapshotPublisher _publisher;
    private readonly Action<Exception>? _onFault;
    private readonly ITimer _timer;
    private readonly Attention _attention;
    private bool _stopped;

    private PollingNetworkMonitor(Func<IReadOnlyList<InterfaceSnapshot>> read, MonitorOptions options, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PollInterval, AttentiveInterval);
        _read = read;
        _publisher = new SnapshotPublisher(options.OnFault);
        _onFault = options.OnFault;
        _publisher.Publish(read());
        NetworkChange.NetworkAddressChanged += OnAnnounced;
        NetworkChange.NetworkAvailabilityChanged += OnAnnounced;
        _timer = clock.CreateTimer(
            static monitor => ((PollingNetworkMonitor)monitor!).Look(), this, options.PollInterval, options.PollInterval);
        _attention = new Attention(attentive =>
        {
            var interval = attentive ? AttentiveInterval : options.PollInterval;
            _timer.Change(interval, interval);
        });
    }

    public IReadOnlyList<InterfaceSnapshot> Current => _publisher.Current;

    public static PollingNetworkMonitor Start(MonitorOptions options, TimeProvider clock) =>
        new(new PortableInterfaces(options).Read, options, clock);

    /// <summary>With a source of its own; for tests in virtual time.</summary>
    public static PollingNetworkMonitor Start(MonitorOptions options, TimeProvider clock, Func<IReadOnlyList<InterfaceSnapshot>> read) =>
        new(read, options, clock);

    public IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange) => _publisher.Subscribe(onChange);

    public IDisposable Attend() => _attention.Claim();

    public async ValueTask DisposeAsync()
    {
        NetworkChange.NetworkAddressChanged -= OnAnnounced;
        NetworkChange.NetworkAvailabilityChanged -= OnAnnounced;
        await _timer.DisposeAsync().ConfigureAwait(false);
        // An announcement may be under way still: waits for it, and makes later ones do nothing.
        lock (_reading)
            _stopped = true;
    }

    private void OnAnnounced(object? sender, EventArgs change) => Look();

    private void Look()
    {
        // Callbacks run inside: the order of lists would be lost outside, and no other lock is ever taken before this one.
        lock (_reading)
        {
            if (_stopped)
                return;
            try
            {
                _publisher.Publish(_read());
            }
            catch (NetworkInformationException unreadable)
            {
                _onFault?.Invoke(unreadable); // the next poll tries again
            }
        }
    }
}
