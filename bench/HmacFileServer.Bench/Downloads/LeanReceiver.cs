using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Bench.Downloads;

/// <summary>
/// A GET whose bytes the kernel throws away (MSG_TRUNC of tcp(7)) instead of copying them: the least that a receiver can cost, so that on few
/// processors the server is what is measured.
/// </summary>
internal static class LeanReceiver
{
    private const int AtOnce = 1 << 20;

    /// <summary>Seconds from before the connection to the last byte of a body of this length.</summary>
    public static double Receive(IPEndPoint server, string target, long length)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(server);
        socket.Send(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n"));
        var buffer = new byte[AtOnce];
        var held = 0;
        int end;
        while ((end = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var count = socket.Receive(buffer.AsSpan(held, 1024));
            held = count > 0 ? held + count : throw new InvalidOperationException("The server ended the connection before its answer.");
        }
        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8))
            throw new InvalidOperationException($"The server answered {Encoding.ASCII.GetString(buffer, 0, 12)}.");
        for (var left = length - (held - end - 4); left > 0;)
        {
            var count = socket.Receive(buffer.AsSpan(0, (int)Math.Min(left, AtOnce)), SocketFlags.Truncated);
            left = count > 0 ? left - count : throw new InvalidOperationException($"The server ended the connection {left} bytes early.");
        }
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
