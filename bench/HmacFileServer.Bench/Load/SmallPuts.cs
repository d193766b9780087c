using System.Globalization;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Bench.Servers;

namespace HmacFileServer.Bench.Load;

/// <summary>Small files, one after the other on a warm connection.</summary>
internal static class SmallPuts
{
    /// <summary>Milliseconds of each, from its first byte to the end of the answer's head.</summary>
    public static double[] Measure(Peer peer, int bytes, int count)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(peer.EndPoint);
        var random = new Random(2);
        var body = new byte[bytes];
        var answer = new byte[4096];
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(body); // equal files would be one blob
            var head = Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"PUT {peer.NewTarget(bytes)} HTTP/1.1\r\nHost: {peer.EndPoint}\r\nContent-Type: application/octet-stream\r\nContent-Length: {bytes}\r\n\r\n"));
            byte[] request = [.. head, .. body];
            var start = TimeProvider.System.GetTimestamp();
            socket.Send(request);
            ReadAnswer(peer, socket, answer);
            times[i] = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }
        return times;
    }

    private static void ReadAnswer(Peer peer, Socket socket, byte[] answer)
    {
        var held = 0;
        while (true)
        {
            var count = socket.Receive(answer.AsSpan(held));
            if (count == 0)
                throw new InvalidOperationException($"{peer.Name} ended the connection.");
            held += count;
            var text = Encoding.ASCII.GetString(answer, 0, held);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            if (!text.StartsWith("HTTP/1.1 201 ", StringComparison.Ordinal))
                throw new InvalidOperationException($"{peer.Name} answered '{text[..text.IndexOf('\r', StringComparison.Ordinal)]}'.");
            if (held - end - 4 >= AnswerHead.ContentLength(text[..end]))
                return;
        }
    }
}
