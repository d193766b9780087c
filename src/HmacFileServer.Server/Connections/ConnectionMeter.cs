using System.Net.Sockets;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;

namespace HmacFileServer.Server.Connections;

/// <summary>A connection feature: what came over it, and what the kernel says of it. One thread counts, any reads.</summary>
/// <param name="socket">Its socket.</param>
/// <param name="ahead">See <see cref="Ahead"/>.</param>
internal sealed class ConnectionMeter(Socket socket, int ahead)
{
    private long _bytes;

    /// <summary>Bytes received, those of TLS and HTTP included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes that are taken in ahead of whoever reads them.</summary>
    public int Ahead => ahead;

    public void Received(int count) => Volatile.Write(ref _bytes, _bytes + count);

    /// <summary>The kernel's view; false where the system does not tell, and for a connection that is closed.</summary>
    public bool TryRead(out TcpSample sample) => TcpInfo.TryRead(socket, out sample);
}
