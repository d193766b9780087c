using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using HmacFileServer.Platform.Linux.Rtnetlink;

namespace HmacFileServer.Platform.Tests.Rtnetlink;

/// <summary>Writes datagrams as the kernel does.</summary>
internal sealed class MessageWriter(uint sequence = 0, uint portId = 0)
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public MessageWriter Link(int index, string name, uint flags = 0x11043, int mtu = 1500, byte state = 6, byte family = 0, string? kind = null,
        byte? carrier = null, ushort hardware = 1, ushort type = NetlinkProtocol.NewLink, ushort messageFlags = 0) =>
        Message(type, messageFlags, [family, 0, .. Of(hardware), .. Of(index), .. Of(flags), .. Of(0u)],
            (3, [.. Encoding.UTF8.GetBytes(name), 0]), (4, Of(mtu)), (16, [state]),
            (33, carrier is { } c ? [c] : null), (18, kind is null ? null : Attribute(1, [.. Encoding.UTF8.GetBytes(kind), 0])));

    public MessageWriter Address(int index, string address, byte scope = 0, uint flags = 0x80, string? peer = null,
        ushort type = NetlinkProtocol.NewAddress, ushort messageFlags = 0)
    {
        var local = IPAddress.Parse(address);
        var four = local.GetAddressBytes().Length == 4;
        return Message(type, messageFlags, [(byte)(four ? 2 : 10), 24, (byte)flags, scope, .. Of(index)],
            (1, peer is null ? local.GetAddressBytes() : IPAddress.Parse(peer).GetAddressBytes()),
            (2, four || peer is not null ? local.GetAddressBytes() : null), (8, Of(flags)));
    }

    public MessageWriter Route(string destination, int index, string? gateway = null, uint metric = 0, uint table = 254, byte kind = 1, uint flags = 0,
        byte[]? multipath = null, ushort type = NetlinkProtocol.NewRoute, ushort messageFlags = 0)
    {
        var prefix = IPNetwork.Parse(destination);
        var four = prefix.BaseAddress.GetAddressBytes().Length == 4;
        return Message(type, messageFlags,
            [(byte)(four ? 2 : 10), (byte)prefix.PrefixLength, 0, 0, (byte)Math.Min(table, 252), 3, 0, kind, .. Of(flags)],
            (15, Of(table)), (1, prefix.PrefixLength == 0 ? null : prefix.BaseAddress.GetAddressBytes()), (6, metric == 0 ? null : Of(metric)),
            (4, multipath is null ? Of(index) : null), (5, gateway is null ? null : IPAddress.Parse(gateway).GetAddressBytes()), (9, multipath));
    }

    public MessageWriter Done(ushort flags = 2) => Message(NetlinkProtocol.Done, flags, Of(0));

    public MessageWriter Error(int error) => Message(NetlinkProtocol.Error, 0, Of(-error));

    /// <summary>struct rtnexthop with its gateway.</summary>
    public static byte[] Hop(int index, string gateway, byte flags = 0)
    {
        var attributes = Attribute(5, IPAddress.Parse(gateway).GetAddressBytes());
        return [.. Of((ushort)(8 + attributes.Length)), flags, 0, .. Of(index), .. attributes];
    }

    private MessageWriter Message(ushort type, ushort flags, byte[] body, params (ushort Type, byte[]? Value)[] attributes)
    {
        byte[] payload = [.. body, .. attributes.Where(a => a.Value is not null).SelectMany(a => Attribute(a.Type, a.Value!))];
        _bytes.AddRange([.. Of(16 + payload.Length), .. Of(type), .. Of(flags), .. Of(sequence), .. Of(portId), .. payload]);
        return this;
    }

    private static byte[] Attribute(ushort type, byte[] value) =>
        [.. Of((ushort)(4 + value.Length)), .. Of(type), .. value, .. new byte[(4 - (value.Length & 3)) & 3]];

    private static byte[] Of<T>(T value)
        where T : unmanaged
    {
        var bytes = new byte[Marshal.SizeOf<T>()];
        MemoryMarshal.Write(bytes, value);
        return bytes;
    }
}
