using System.Net;
using System.Net.Sockets;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>Starts labs for tests, or skips the test aloud, and makes the sockets that they measure with.</summary>
internal static class LabUnderTest
{
    /// <summary>How long a test waits for what must come; long beside anything that is measured.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Task<NetworkLab> StartAsync(params string[] links)
    {
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        return NetworkLab.StartAsync(LabSpec.Parse(links));
    }

    /// <summary>
    /// Runs a measurement on a thread that runs when it is due, as the relay's does: on a busy machine a test would else measure
    /// how long it waited for a processor.
    /// </summary>
    public static async Task<T> OnTimeAsync<T>(Func<T> measure)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            RealTimeThread.Claim();
            try
            {
                result.SetResult(measure());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }).Start();
        return await result.Task;
    }

    /// <summary>A datagram socket at the server's end of the first link, and one at the client's that is connected to it.</summary>
    public static (Socket Client, Socket Server) Datagrams(NetworkLab lab)
    {
        var ends = lab.Links[0].Ends;
        var server = lab.Server.Run(() => Datagrams(ends.ServerAddress));
        var client = lab.Client.Run(() => Datagrams(ends.ClientAddress));
        client.Connect(server.LocalEndPoint!);
        server.Connect(client.LocalEndPoint!);
        return (client, server);
    }

    /// <summary>Receives until nothing has come for a while.</summary>
    /// <param name="socket">From <see cref="Datagrams(NetworkLab)"/>.</param>
    /// <param name="quiet">How long nothing must come.</param>
    /// <returns>The first four bytes of each datagram as a number, in the order of arrival.</returns>
    public static List<int> Drain(Socket socket, TimeSpan quiet)
    {
        List<int> numbers = [];
        var buffer = new byte[2048];
        socket.ReceiveTimeout = (int)quiet.TotalMilliseconds;
        try
        {
            while (true)
            {
                socket.Receive(buffer);
                numbers.Add(BitConverter.ToInt32(buffer));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return numbers;
        }
    }

    /// <summary>Sends numbered datagrams.</summary>
    /// <param name="socket">From <see cref="Datagrams(NetworkLab)"/>.</param>
    /// <param name="count">How many, numbered from 0.</param>
    /// <param name="frameBytes">Length of each on the wire, 46 to 1514 bytes.</param>
    public static void SendNumbered(Socket socket, int count, int frameBytes)
    {
        var payload = new byte[frameBytes - 42]; // Ethernet 14, IPv4 20, UDP 8
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(payload, i);
            socket.Send(payload);
        }
    }

    private static Socket Datagrams(IPAddress local)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        socket.Bind(new IPEndPoint(local, 0));
        return socket;
    }
}
