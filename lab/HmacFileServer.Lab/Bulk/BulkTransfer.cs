using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Bulk;

/// <summary>Sends and receives as fast as TCP goes, to measure a link.</summary>
public static class BulkTransfer
{
    private const int BufferBytes = 256 << 10; // large enough that system calls cost little beside the copy

    /// <summary>Listens in the network namespace of the calling thread.</summary>
    public static Socket Listen(IPEndPoint local)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(local);
        listener.Listen();
        return listener;
    }

    /// <summary>Makes an unconnected socket in the network namespace of the calling thread.</summary>
    /// <param name="device">The interface that it is bound to (SO_BINDTODEVICE), or null for the routing table's choice.</param>
    public static Socket Sender(string? device)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (device is not null)
            socket.SetRawSocketOption(1, 25, Encoding.ASCII.GetBytes(device + "\0")); // SOL_SOCKET, SO_BINDTODEVICE
        return socket;
    }

    /// <summary>Accepts one connection and reads it to its end.</summary>
    /// <param name="listener">From <see cref="Listen"/>.</param>
    /// <param name="warmUp">Bytes of this first while are not counted: slow start is not the link's rate.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<BulkResult> ReceiveAsync(Socket listener, TimeSpan warmUp, CancellationToken cancellation)
    {
        using var connection = await listener.AcceptAsync(cancellation);
        return await Task.Factory.StartNew(() => Drain(connection, warmUp), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Connects, sends for a while, and closes.</summary>
    /// <returns>Bytes handed to the socket.</returns>
    public static async Task<long> SendAsync(Socket socket, IPEndPoint to, TimeSpan duration, CancellationToken cancellation)
    {
        using var connection = socket;
        await connection.ConnectAsync(to, cancellation);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        return await Task.Factory.StartNew(() => Fill(connection, _ => clock.GetElapsedTime(start) < duration, long.MaxValue), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Connects, sends so many bytes, and returns when the receiver has taken all of them.</summary>
    public static async Task SendAsync(Socket socket, IPEndPoint to, long bytes, CancellationToken cancellation)
    {
        using var connection = socket;
        await connection.ConnectAsync(to, cancellation);
        await Task.Factory.StartNew(() => Fill(connection, sent => sent < bytes, bytes), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static BulkResult Drain(Socket connection, TimeSpan warmUp)
    {
        var clock = TimeProvider.System;
        var buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        long bytes = 0, first = 0, last = 0, began = 0;
        var gap = TimeSpan.Zero;
        while (connection.Receive(buffer) is var read and > 0)
        {
            var now = clock.GetTimestamp();
            if (began == 0)
                began = now;
            if (clock.GetElapsedTime(began, now) < warmUp)
                continue;
            if (first == 0)
            {
                (first, last) = (now, now); // these bytes came before the time that is measured
                continue;
            }
            bytes += read;
            var since = clock.GetElapsedTime(last, now);
            gap = since > gap ? since : gap;
            last = now;
        }
        return new BulkResult(bytes, clock.GetElapsedTime(first, last).TotalSeconds, gap.TotalMilliseconds);
    }

    private static long Fill(Socket connection, Func<long, bool> goesOn, long most)
    {
        var buffer = GC.AllocateArray<byte>(BufferBytes);
        long bytes = 0;
        while (goesOn(bytes))
            bytes += connection.Send(buffer, 0, (int)Math.Min(buffer.Length, most - bytes), SocketFlags.None);
        connection.Shutdown(SocketShutdown.Send);
        // Until the receiver has it all, so that closing cannot cut it.
        while (connection.Receive(buffer) > 0)
        {
        }
        return bytes;
    }

    /// <summary>Sends over one link of a lab from client to server, and measures at the server.</summary>
    public static async Task<BulkResult> MeasureAsync(NetworkLab lab, string link, TimeSpan duration, TimeSpan warmUp, CancellationToken cancellation)
    {
        using var listener = lab.Server.Run(() => Listen(new IPEndPoint(LinkEnds.Service, 0)));
        var received = ReceiveAsync(listener, warmUp, cancellation);
        await SendAsync(lab.Client.Run(() => Sender(link)), (IPEndPoint)listener.LocalEndPoint!, duration, cancellation);
        return await received;
    }
}
