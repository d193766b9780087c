using HmacFileServer.Platform;

namespace HmacFileServer.Client.Paths;

/// <summary>
/// How well the device's wireless interfaces receive, for all transfers of a client: read when somebody asks, once a second at most for all of them, and never
/// on the asker's thread, since the kernel may make a reader wait while an interface is being switched: the very moment in which a transfer must act.
/// </summary>
/// <param name="read">Reads all of them; what it fails with is taken for silence.</param>
/// <param name="time">The clock.</param>
internal sealed class SignalWatch(Func<IReadOnlyList<WirelessSignal>> read, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>What was read longer ago says nothing of now.</summary>
    private static readonly TimeSpan Age = 2 * Pace;

    private readonly Lock _gate = new(); // guards everything below; not held while reading
    private Task _reading = Task.CompletedTask;
    private long? _askedAt;
    private long _readAt;
    private IReadOnlyList<WirelessSignal> _latest = [];

    /// <summary>Is over when nothing is being read.</summary>
    public Task Reading
    {
        get
        {
            lock (_gate) return _reading;
        }
    }

    /// <summary>The interface's signal in dBm as last read; null where it is not known. Returns at once; what has aged is read anew meanwhile.</summary>
    public int? Of(string interfaceName)
    {
        lock (_gate)
        {
            if (_reading.IsCompleted && (_askedAt is not { } asked || time.GetElapsedTime(asked) >= Pace))
            {
                _askedAt = time.GetTimestamp();
                _reading = Task.Run(Read);
            }
            if (_latest.Count == 0 || time.GetElapsedTime(_readAt) > Age)
                return null;
            foreach (var signal in _latest)
            {
                if (signal.Interface == interfaceName)
                    return signal.LevelDbm;
            }
            return null;
        }
    }

    private void Read()
    {
        IReadOnlyList<WirelessSignal> found;
        try
        {
            found = read();
        }
        catch (Exception)
        {
            found = []; // a sign less, no reason to end a transfer
        }
        lock (_gate)
            (_latest, _readAt) = (found, time.GetTimestamp());
    }
}
