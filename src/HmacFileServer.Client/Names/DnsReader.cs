using System.Buffers.Binary;
using System.Text;

namespace HmacFileServer.Client.Names;

/// <summary>Reads names and the heads of records (RFC 1035 §3.1, §4.1.3, §4.1.4), never beyond the message, and never in a circle.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message, int at)
{
    private const int LongestName = 255;
    private const int PointerMark = 0xc0;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at = at;

    /// <summary>A name in text, without its last dot; null if it is none.</summary>
    public string? ReadName()
    {
        var text = new StringBuilder();
        var at = _at;
        // Each pointer must lead to before where the last one led: so there is an end.
        var before = at;
        var hasJumped = false;
        while (true)
        {
            if (at >= _message.Length)
                return null;
            int length = _message[at++];
            if (length == 0)
                break;
            if ((length & PointerMark) == PointerMark)
            {
                if (at >= _message.Length)
                    return null;
                var to = ((length & ~PointerMark) << 8) | _message[at++];
                if (to >= before)
                    return null;
                if (!hasJumped)
                    _at = at;
                (hasJumped, at, before) = (true, to, to);
                continue;
            }
            if ((length & PointerMark) != 0 || at + length > _message.Length || text.Length + length + 1 > LongestName)
                return null;
            text.Append(text.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(_message.Slice(at, length)));
            at += length;
        }
        if (!hasJumped)
            _at = at;
        return text.ToString();
    }

    /// <summary>What stands behind a record's name; the reader then stands behind the record.</summary>
    public bool TryReadRecord(out ushort type, out ushort recordClass, out int start, out int length)
    {
        const int head = 10; // type, class, time to live, length
        (type, recordClass, start, length) = (0, 0, 0, 0);
        if (_at + head > _message.Length)
            return false;
        type = BinaryPrimitives.ReadUInt16BigEndian(_message[_at..]);
        recordClass = BinaryPrimitives.ReadUInt16BigEndian(_message[(_at + 2)..]);
        length = BinaryPrimitives.ReadUInt16BigEndian(_message[(_at + 8)..]);
        start = _at + head;
        if (start + length > _message.Length)
            return false;
        _at = start + length;
        return true;
    }
}
