using System.Net;
using System.Net.Sockets;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Bulk;

/// <summary>
/// The kernel's Multipath TCP (RFC 8684) over all links of a lab: one connection, a subflow bound to each of the client's interfaces. What the
/// product is measured beside.
/// </summary>
public static class MptcpTransfer
{
    private const int AddressFamilyInternet = 2; // AF_INET
    private const int StreamCloseOnExec = 1 | 0x80000; // SOCK_STREAM, SOCK_CLOEXEC
    private const int ProtocolMptcp = 262; // IPPROTO_MPTCP

    /// <summary>Uploads so many bytes from client to server, from connecting to the server's word that it has them all.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="IOException">The kernel or iproute2 has no MPTCP; the message says which.</exception>
    public static async Task<TimeSpan> MeasureAsync(NetworkLab lab, long bytes, CancellationToken cancellation)
    {
        await ConfigureAsync(lab);
        using var listener = lab.Server.Run(() =>
        {
            var socket = Create();
            socket.Bind(new IPEndPoint(LinkEnds.Service, 0));
            socket.Listen();
            return socket;
        });
        var to = (IPEndPoint)listener.LocalEndPoint!;
        var received = BulkTransfer.ReceiveAsync(listener, warmUp: TimeSpan.Zero, cancellation);
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        await BulkTransfer.SendAsync(lab.Client.Run(Create), to, bytes, cancellation);
        var took = clock.GetElapsedTime(started);
        await received;
        return took;
    }

    /// <summary>Every interface of the client may carry a subflow, beside the one that the connection begins on.</summary>
    private static async Task ConfigureAsync(NetworkLab lab)
    {
        try
        {
            var most = Math.Min(8, lab.Links.Count); // the kernel's own bound
            await IpCommand.BatchAsync(lab.Server.Namespace, $"mptcp limits set subflows {most} add_addr_accepted {most}");
            await IpCommand.BatchAsync(lab.Client.Namespace,
            [
                $"mptcp limits set subflows {most} add_addr_accepted {most}",
                "mptcp endpoint flush",
                .. lab.Links.Select(l => $"mptcp endpoint add {l.Ends.ClientAddress} dev {l.Name} subflow"),
            ]);
        }
        catch (InvalidOperationException refused)
        {
            throw new IOException($"iproute2 or the kernel cannot configure MPTCP: {refused.Message}", refused);
        }
    }

    /// <summary>.NET has no name for the protocol; all else of a socket it does with the descriptor.</summary>
    private static Socket Create()
    {
        var descriptor = NativeError.Check(Libc.Socket(AddressFamilyInternet, StreamCloseOnExec, ProtocolMptcp), "make an MPTCP socket");
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }
}
