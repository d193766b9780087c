using System.Runtime.InteropServices;
using HmacFileServer.Platform.Linux;
using HmacFileServer.Platform.Linux.Rtnetlink;

namespace HmacFileServer.Platform.Routes;

/// <summary>Default routes of the kernel's main table, in the network namespace of the thread that opened this: read, added, deleted. Linux. For one thread at a time.</summary>
public sealed class RouteTable : IDisposable
{
    private const int CapabilityNetAdmin = 12; // linux/capability.h
    private const int AnswerTimeoutMilliseconds = 1000;
    private const int LongestRequest = 8192;

    private readonly RtnetlinkSocket _socket;
    private uint _sequence;

    private RouteTable(RtnetlinkSocket socket) => _socket = socket;

    /// <summary>Whether this process may change routes at all: CAP_NET_ADMIN is among its effective capabilities.</summary>
    public static bool IsChangingPermitted()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        const string field = "CapEff:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        return line is not null && (Convert.ToUInt64(line[field.Length..].Trim(), 16) >> CapabilityNetAdmin & 1) == 1;
    }

    /// <exception cref="RouteException">The system has no routing socket for us.</exception>
    public static RouteTable Open()
    {
        if (!OperatingSystem.IsLinux())
            throw new RouteException(RouteFault.Other, "Routes can be changed on Linux alone.");
        try
        {
            return new RouteTable(RtnetlinkSocket.Open(watch: false));
        }
        catch (NetlinkException refused)
        {
            throw Translate(refused);
        }
    }

    /// <summary>All default routes that one next hop has.</summary>
    /// <exception cref="RouteException">The kernel does not tell.</exception>
    public IReadOnlyList<DefaultRoute> ReadDefaults()
    {
        var routes = new List<DefaultRoute>();
        Span<byte> request = stackalloc byte[RtnetlinkRequest.MaxLength];
        var sequence = ++_sequence;
        Exchange(request[..RtnetlinkRequest.WriteDump(request, KernelTable.Routes, sequence)], sequence, (header, payload) =>
        {
            if (header.Type == NetlinkProtocol.NewRoute && DefaultRoute.Parse(payload) is { } route)
                routes.Add(route);
            return header.Type == NetlinkProtocol.Done;
        });
        return routes;
    }

    /// <exception cref="RouteException">Exists: there is one with this metric. NotPermitted; Unreachable: its interface or gateway is not there now.</exception>
    public void Add(DefaultRoute route) => Change(NetlinkProtocol.NewRoute, NetlinkProtocol.Create | NetlinkProtocol.Exclusive, route);

    /// <exception cref="RouteException">NotFound: there is none. NotPermitted.</exception>
    public void Delete(DefaultRoute route) => Change(NetlinkProtocol.DeleteRoute, 0, route);

    public void Dispose() => _socket.Dispose();

    private void Change(ushort type, int flags, DefaultRoute route)
    {
        Span<byte> request = stackalloc byte[LongestRequest];
        var sequence = ++_sequence;
        var length = NetlinkProtocol.HeaderLength + route.Message.Length;
        MemoryMarshal.Write(request, length);
        MemoryMarshal.Write(request[4..], type);
        MemoryMarshal.Write(request[6..], (ushort)(NetlinkProtocol.Request | NetlinkProtocol.Acknowledge | flags));
        MemoryMarshal.Write(request[8..], sequence);
        MemoryMarshal.Write(request[12..], 0);
        route.Message.CopyTo(request[NetlinkProtocol.HeaderLength..]);
        Exchange(request[..length], sequence, static (_, _) => false); // the acknowledgement is the end
    }

    private delegate bool Take(NetlinkHeader header, ReadOnlySpan<byte> payload);

    /// <summary>Sends a request, and takes its answers until one is the end, or the kernel's verdict comes.</summary>
    private void Exchange(ReadOnlySpan<byte> request, uint sequence, Take take)
    {
        try
        {
            _socket.Send(request);
            while (true)
            {
                switch (_socket.TryReceive(out var datagram))
                {
                    case ReceiveOutcome.Empty when !_socket.Wait(AnswerTimeoutMilliseconds):
                        throw new RouteException(RouteFault.Other, "The kernel does not answer on its routing socket.");
                    case ReceiveOutcome.Empty:
                        continue;
                    case ReceiveOutcome.Overflow:
                        throw new RouteException(RouteFault.Other, "The kernel's answer was lost.");
                }
                var messages = new NetlinkMessageReader(datagram);
                while (messages.MoveNext())
                {
                    if (messages.Header.Sequence != sequence)
                        continue; // of a question that was given up
                    if (messages.Header.Type == NetlinkProtocol.Error)
                    {
                        var error = messages.Payload.Length >= 4 ? -MemoryMarshal.Read<int>(messages.Payload) : Errno.EINVAL;
                        if (error != 0)
                            throw new NetlinkException("route", error);
                        return;
                    }
                    if (take(messages.Header, messages.Payload))
                        return;
                }
            }
        }
        catch (NetlinkException refused)
        {
            throw Translate(refused);
        }
    }

    private static RouteException Translate(NetlinkException refused) => new(
        refused.Error switch
        {
            Errno.EPERM or Errno.EACCES => RouteFault.NotPermitted,
            Errno.EEXIST => RouteFault.Exists,
            Errno.ESRCH => RouteFault.NotFound,
            Errno.ENODEV or Errno.ENETDOWN or Errno.ENETUNREACH or Errno.EHOSTUNREACH or Errno.EINVAL => RouteFault.Unreachable,
            _ => RouteFault.Other,
        },
        refused.Message,
        refused);
}
