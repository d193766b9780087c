using System.Net.Sockets;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Server.Connections;

/// <summary>What a connection can begin with.</summary>
/// <param name="Rate">Bytes per second; 0 if it is not known.</param>
/// <param name="Rtt">Smallest round trip.</param>
/// <param name="Most">What the configuration gives this kind of network at most, in bytes.</param>
internal sealed record ReceiveSeed(double Rate, TimeSpan Rtt, int Most);

/// <summary>A connection feature: what came over it, and what the kernel says of it. One thread counts, any reads.</summary>
/// <param name="socket">Its socket.</param>
internal sealed class ConnectionMeter(Socket socket)
{
    private long _bytes;
    private int _ahead;
    private ReceiveSeed? _seed;

    /// <summary>Bytes received, those of TLS and HTTP included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes that are taken in ahead of whoever reads them.</summary>
    public int Ahead
    {
        get => Volatile.Read(ref _ahead);
        set => Volatile.Write(ref _ahead, value);
    }

    /// <summary>Tells the receiving loop what is known of the client's network; it takes it up with the next bytes.</summary>
    public void Seed(ReceiveSeed seed) => Volatile.Write(ref _seed, seed);

    /// <summary>What was told since the last time; null for nothing.</summary>
    public ReceiveSeed? TakeSeed() => Volatile.Read(ref _seed) is null ? null : Interlocked.Exchange(ref _seed, null);

    public void Received(int count) => Volatile.Write(ref _bytes, _bytes + count);

    /// <summary>The kernel's view; false where the system does not tell, and for a connection that is closed.</summary>
    public bool TryRead(out TcpSample sample) => TcpInfo.TryRead(socket, out sample);
}
