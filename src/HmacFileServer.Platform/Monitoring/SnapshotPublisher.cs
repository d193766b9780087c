using System.Collections.Immutable;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>
/// Holds the current list for a monitor, and tells its subscribers. One thread at a time publishes; any thread reads and subscribes.
/// </summary>
internal sealed class SnapshotPublisher(Action<Exception>? onFault)
{
    private ImmutableArray<Action<IReadOnlyList<InterfaceSnapshot>>> _subscribers = []; // swapped by compare-and-exchange
    private volatile IReadOnlyList<InterfaceSnapshot> _current = [];

    public IReadOnlyList<InterfaceSnapshot> Current => _current;

    public IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange)
    {
        ArgumentNullException.ThrowIfNull(onChange);
        // A subscription of its own even if the same delegate subscribes twice.
        var entry = new Action<IReadOnlyList<InterfaceSnapshot>>(list => onChange(list));
        ImmutableInterlocked.Update(ref _subscribers, static (all, added) => all.Add(added), entry);
        return new Subscription(this, entry);
    }

    /// <summary>Replaces the list and calls back, unless nothing changed. Unchanged records keep their identity.</summary>
    public void Publish(IReadOnlyList<InterfaceSnapshot> seen)
    {
        var before = _current;
        if (!SnapshotComparison.TryMerge(before, seen, out var merged))
            return;
        _current = merged;
        foreach (var subscriber in _subscribers)
        {
            try
            {
                subscriber(merged);
            }
            catch (Exception fault)
            {
                onFault?.Invoke(fault); // one subscriber's fault must not blind the others
            }
        }
    }

    private sealed class Subscription(SnapshotPublisher owner, Action<IReadOnlyList<InterfaceSnapshot>> entry) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref owner._subscribers, static (all, gone) => all.Remove(gone), entry);
    }
}
