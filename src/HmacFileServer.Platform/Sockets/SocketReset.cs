using System.Net.Sockets;

namespace HmacFileServer.Platform;

/// <summary>Ends a TCP connection at once.</summary>
public static class SocketReset
{
    /// <summary>
    /// Closes without waiting: what is queued is thrown away and the peer gets a reset (SO_LINGER 0), if the path still works.
    /// For a connection over a path that is gone, so that neither side keeps it. Never throws for a socket already closed.
    /// </summary>
    public static void Abort(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            // closed, or never connected: nothing is queued
        }
        socket.Dispose();
    }
}
