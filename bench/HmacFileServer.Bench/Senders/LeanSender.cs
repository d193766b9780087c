using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Bench.Senders;

/// <summary>
/// One request by sendfile(2) from the page cache: the least that a sender can cost, so that on few processors the server is what is measured.
/// </summary>
internal static class LeanSender
{
    public static UploadRun Send(UploadRequest request)
    {
        var length = new FileInfo(request.File).Length;
        var head = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Method} {request.Target} HTTP/1.1\r\nHost: {request.Server}\r\nContent-Length: {length}\r\nConnection: close\r\n"));
        foreach (var (name, value) in request.Headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append("\r\n");
        var start = TimeProvider.System.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(request.Server);
        socket.SendFile(request.File, Encoding.ASCII.GetBytes(head.ToString()).AsSpan(), [], TransmitFileOptions.UseDefaultWorkerThread);
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
