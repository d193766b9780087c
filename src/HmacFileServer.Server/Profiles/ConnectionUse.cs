using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;
using HmacFileServer.Server.Connections;

namespace HmacFileServer.Server.Profiles;

/// <summary>
/// A connection feature: adds up what requests bring over one connection, until it is enough to say something of the client's network. Time
/// between requests does not count, and that of requests beside each other (HTTP/2) counts once.
/// </summary>
internal sealed class ConnectionUse(ConnectionMeter meter, ClientProfiles profiles, TimeProvider clock)
{
    /// <summary>Shorter uses say more of the first round trips than of the network, unless the connection ends with them.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new(); // guards all below; a profile is learned outside
    private bool _hasBegun;
    private int _active;
    private long _since;
    private TimeSpan _busy;
    private long _bytes;
    private int _segments;
    private int _failed;
    private long _chunk;
    private TimeSpan _rtt;
    private (string Client, InterfaceType Type)? _who;

    /// <summary>Bytes of the connection so far.</summary>
    public long Received => meter.Bytes;

    /// <summary>Tells the connection what is known of the network.</summary>
    public void Seed(ReceiveSeed seed) => meter.Seed(seed);

    /// <summary>A request with a body begins.</summary>
    /// <returns>True for the first of the connection.</returns>
    public bool Begin()
    {
        lock (_gate)
        {
            Elapse();
            _active++;
            return !_hasBegun && (_hasBegun = true);
        }
    }

    /// <summary>It has ended, and says nothing of the network.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            Elapse();
            _active--;
        }
    }

    /// <summary>It has ended.</summary>
    /// <param name="client">Whose it was.</param>
    /// <param name="type">Over which kind of network.</param>
    /// <param name="bytes">Of its body.</param>
    /// <param name="isWhole">False if it broke off.</param>
    public void End(string client, InterfaceType type, long bytes, bool isWhole)
    {
        var rtt = meter.TryRead(out var sample) ? sample.MinRtt : TimeSpan.Zero;
        NetworkUse? learned = null;
        (string Client, InterfaceType Type)? before;
        NetworkUse? ofBefore = null;
        lock (_gate)
        {
            before = _who;
            if (before is not null && before != (client, type))
                ofBefore = Take();
            Elapse();
            _active--;
            _who = (client, type);
            _bytes += bytes;
            _ = isWhole ? _segments++ : _failed++;
            _chunk = Math.Max(_chunk, bytes);
            _rtt = rtt > TimeSpan.Zero ? rtt : _rtt;
            if (!isWhole || (_bytes >= ProfileBook.LeastBytes && _busy >= LongEnough))
                learned = Take();
        }
        if (ofBefore is { } earlier)
            profiles.Learn(before!.Value.Client, before.Value.Type, earlier);
        if (learned is { } use)
            profiles.Learn(client, type, use);
    }

    /// <summary>The connection has ended: what is left is learned.</summary>
    public void Close()
    {
        NetworkUse use;
        (string Client, InterfaceType Type) who;
        lock (_gate)
        {
            if (_who is not { } known)
                return;
            (who, use) = (known, Take());
        }
        profiles.Learn(who.Client, who.Type, use);
    }

    private void Elapse()
    {
        var now = clock.GetTimestamp();
        if (_active > 0)
            _busy += clock.GetElapsedTime(_since, now);
        _since = now;
    }

    private NetworkUse Take()
    {
        var seconds = Math.Max(_busy.TotalSeconds, 1e-3); // a millisecond: what the clock and the scheduler can tell apart
        var use = new NetworkUse(_bytes, _bytes / seconds, _segments, _failed, _rtt, meter.Ahead, _chunk);
        (_bytes, _busy, _segments, _failed, _chunk, _who) = (0, TimeSpan.Zero, 0, 0, 0, null);
        return use;
    }
}
