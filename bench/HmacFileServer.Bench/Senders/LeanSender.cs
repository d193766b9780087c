using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Bench.Senders;

/// <summary>
/// One PUT by sendfile(2) from the page cache: the least that a sender can cost, so that on few processors the server is what is measured.
/// </summary>
internal static class LeanSender
{
    public static UploadRun Send(IPEndPoint server, string target, string file)
    {
        var length = new FileInfo(file).Length;
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"PUT {target} HTTP/1.1\r\nHost: {server}\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        var start = TimeProvider.System.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(server);
        socket.SendFile(file, Encoding.ASCII.GetBytes(head).AsSpan(), [], TransmitFileOptions.UseDefaultWorkerThread);
        var response = new byte[16 * 1024];
        var received = 0;
        int read;
        while (received < response.Length && (read = socket.Receive(response.AsSpan(received))) > 0)
            received += read;
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        // "HTTP/1.1 201 Created"
        var status = received >= 12 ? int.Parse(Encoding.ASCII.GetString(response, 9, 3), CultureInfo.InvariantCulture) : 0;
        return new UploadRun(seconds, status);
    }
}
