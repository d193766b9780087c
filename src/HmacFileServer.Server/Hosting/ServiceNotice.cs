using System.Net.Sockets;
using System.Text;

namespace HmacFileServer.Server.Hosting;

/// <summary>
/// Tells the service manager how far the program is, by the protocol of sd_notify(3): one datagram a state to the socket that NOTIFY_SOCKET
/// names. Without that variable nothing is sent.
/// </summary>
/// <param name="address">Value of NOTIFY_SOCKET: a path, or `@` and an abstract name; null or empty for none.</param>
internal sealed class ServiceNotice(string? address)
{
    public const string Variable = "NOTIFY_SOCKET";

    /// <summary>The server listens, and has taken up what an earlier process left.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The end has begun.</summary>
    public void Stopping() => Send("STOPPING=1");

    private void Send(string state)
    {
        if (string.IsNullOrEmpty(address))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address));
        }
        catch (Exception ex) when (ex is SocketException or ArgumentException)
        {
            // Serving does not depend on it: a manager that waits for the notice says itself that none came.
            Console.Error.WriteLine($"hmac-file-server: the service manager could not be told '{state}' at {Variable}: {ex.Message}");
        }
    }
}
