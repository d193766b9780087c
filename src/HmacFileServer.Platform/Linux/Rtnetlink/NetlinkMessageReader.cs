using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>struct nlmsghdr.</summary>
internal readonly record struct NetlinkHeader(int Length, ushort Type, ushort Flags, uint Sequence, uint PortId);

/// <summary>Walks the messages of one datagram. Stops at the first one whose length cannot be true.</summary>
internal ref struct NetlinkMessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    public NetlinkHeader Header { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private set; }

    public bool MoveNext()
    {
        if (_rest.Length < NetlinkProtocol.HeaderLength)
            return false;
        // Netlink speaks in the byte order of the machine.
        var length = MemoryMarshal.Read<uint>(_rest);
        if (length < NetlinkProtocol.HeaderLength || length > _rest.Length)
        {
            _rest = default;
            return false;
        }
        Header = new NetlinkHeader((int)length, MemoryMarshal.Read<ushort>(_rest[4..]), MemoryMarshal.Read<ushort>(_rest[6..]),
            MemoryMarshal.Read<uint>(_rest[8..]), MemoryMarshal.Read<uint>(_rest[12..]));
        Payload = _rest[NetlinkProtocol.HeaderLength..(int)length];
        _rest = _rest[Math.Min(_rest.Length, Align((int)length))..];
        return true;
    }

    private static int Align(int length) => (length + 3) & ~3;
}

/// <summary>Walks attributes (struct rtattr). Stops at the first one whose length cannot be true.</summary>
internal ref struct NetlinkAttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly uint UInt32 => Value.Length >= 4 ? MemoryMarshal.Read<uint>(Value) : 0;

    public readonly byte Byte => Value.IsEmpty ? (byte)0 : Value[0];

    /// <summary>A zero-terminated string, without its end.</summary>
    public readonly ReadOnlySpan<byte> Text => Value.IndexOf((byte)0) is >= 0 and var end ? Value[..end] : Value;

    public bool MoveNext()
    {
        if (_rest.Length < 4)
            return false;
        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            _rest = default;
            return false;
        }
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & NetlinkProtocol.AttributeTypeMask);
        Value = _rest[4..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & ~3)..];
        return true;
    }
}
