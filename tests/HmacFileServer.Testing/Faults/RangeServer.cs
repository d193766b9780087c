using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Faults;

/// <summary>The server's side of one upload, in ranges: a segment takes over what an older one is at, a question ends nobody.</summary>
public sealed class RangeServer
{
    private readonly List<StreamConnection> _connections = [];
    private readonly Dictionary<StreamConnection, ByteRange> _writing = [];
    private TimeSpan _downUntil;

    public RangeSet Received { get; } = new();

    /// <summary>Bytes that arrived although they were here.</summary>
    public long DuplicateBytes { get; private set; }

    public bool Accepts(TimeSpan now) => now >= _downUntil;

    public void Accept(StreamConnection connection) => _connections.Add(connection);

    /// <summary>The process ends and another one starts a while later. What was received is there; no connection is.</summary>
    public void Restart(TimeSpan now, TimeSpan takes)
    {
        _downUntil = now + takes;
        foreach (var connection in _connections)
            connection.EndByServer(now);
        _connections.Clear();
        _writing.Clear();
    }

    /// <summary>Every connection over a link is reset, as a translator on the way does that forgot them.</summary>
    public void Reset(FaultyLink link, TimeSpan now)
    {
        foreach (var connection in _connections.Where(c => c.Link == link))
        {
            connection.EndByServer(now);
            _writing.Remove(connection);
        }
        _connections.RemoveAll(c => c.Link == link);
    }

    /// <summary>A segment's head is here: whoever is at these bytes is ended.</summary>
    public void Begin(StreamConnection connection, ByteRange range, TimeSpan now)
    {
        foreach (var other in _writing.Where(w => w.Key != connection && w.Value.Overlaps(range)).Select(w => w.Key).ToList())
        {
            _writing.Remove(other);
            _connections.Remove(other);
            other.EndByServer(now);
        }
        _writing[connection] = range;
    }

    public void Receive(StreamConnection connection, ByteRange range)
    {
        if (range.IsEmpty || !_writing.ContainsKey(connection))
            return;
        DuplicateBytes += range.Length - Received.Add(range);
    }

    public void Finish(StreamConnection connection) => _writing.Remove(connection);
}
