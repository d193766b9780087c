using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HmacFileServer.Client.Paths;
using HmacFileServer.Platform;

namespace HmacFileServer.Client.Names;

/// <summary>
/// Asks a name server over a path: by UDP, and by TCP what has no room there (RFC 1035 §4.2). Identifier and port are new and random for each question, and what does
/// not answer that very question is not heard (RFC 5452 §9).
/// </summary>
internal sealed class DnsClient(TimeProvider time)
{
    /// <summary>A datagram may be lost; a second one as well is a server that does not answer.</summary>
    private const int Tries = 2;

    private const int MostDatagram = 4096;

    /// <summary>A round trip to the farthest name server that anybody is told of, twice.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <summary>What the server says; null where it does not answer.</summary>
    /// <param name="path">What the socket is bound to.</param>
    /// <param name="server">The name server.</param>
    /// <param name="name">In ASCII.</param>
    /// <param name="type"><see cref="DnsMessage.TypeA"/> or <see cref="DnsMessage.TypeAaaa"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FormatException">The name cannot be asked for.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<DnsAnswer?> AskAsync(PathCandidate path, IPEndPoint server, string name, ushort type, CancellationToken cancellation)
    {
        for (var left = Tries; left > 0; left--)
        {
            var question = DnsMessage.Question(BinaryPrimitives.ReadUInt16BigEndian(RandomNumberGenerator.GetBytes(sizeof(ushort))), name, type);
            using var limit = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            try
            {
                var answer = await ByDatagramAsync(path, server, question, both.Token);
                return answer.IsTruncated ? await ByStreamAsync(path, server, question, both.Token) : answer;
            }
            catch (Exception e) when (e is SocketException or IOException or SocketBindingException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // The next try, or nobody's answer.
            }
        }
        return null;
    }

    private static async Task<DnsAnswer> ByDatagramAsync(PathCandidate path, IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        path.Bind(socket, server.Address);
        await socket.ConnectAsync(server, cancellation); // what others send is not received
        await socket.SendAsync(question, cancellation);
        var buffer = new byte[MostDatagram];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, cancellation);
            if (DnsMessage.Read(question, buffer.AsSpan(0, read)) is { } answer)
                return answer;
        }
    }

    private static async Task<DnsAnswer?> ByStreamAsync(PathCandidate path, IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        path.Bind(socket, server.Address);
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket);
        var sent = new byte[sizeof(ushort) + question.Length];
        BinaryPrimitives.WriteUInt16BigEndian(sent, (ushort)question.Length);
        question.CopyTo(sent, sizeof(ushort));
        await stream.WriteAsync(sent, cancellation);
        var head = new byte[sizeof(ushort)];
        await stream.ReadExactlyAsync(head, cancellation);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(message, cancellation);
        return DnsMessage.Read(question, message);
    }
}
