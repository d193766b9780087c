using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace HmacFileServer.Client.Names;

/// <summary>Questions for the addresses of a name, and what their answers say (RFC 1035 §4). Pure; what it reads may be anybody's bytes.</summary>
internal static class DnsMessage
{
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28; // RFC 3596 §2.1

    /// <summary>An answer with more addresses than any server has is cut.</summary>
    private const int MostAddresses = 16;

    private const ushort TypeCname = 5;
    private const ushort ClassInternet = 1;
    private const int HeaderLength = 12;
    public const int LongestLabel = 63;
    public const int LongestName = 253; // in text; 255 octets on the wire
    private const int Answers = 0x8000;
    private const int Truncated = 0x0200;
    private const int RecursionDesired = 0x0100;
    private const int OperationMask = 0x7800;
    private const int CodeMask = 0x000f;
    private const int NoSuchName = 3;

    /// <summary>The question, without EDNS: what has no room in 512 octets comes over TCP.</summary>
    /// <param name="id">Random, so that a stranger who does not see the question cannot answer it.</param>
    /// <param name="name">In ASCII (IDNA applied); labels of 1 to 63 octets, 253 together.</param>
    /// <param name="type"><see cref="TypeA"/> or <see cref="TypeAaaa"/>.</param>
    /// <exception cref="FormatException">The name cannot be asked for.</exception>
    public static byte[] Question(ushort id, string name, ushort type)
    {
        name = name.TrimEnd('.');
        if (name.Length is 0 or > LongestName || !Ascii.IsValid(name))
            throw new FormatException($"'{name}' is no name that DNS could know.");
        var message = new byte[HeaderLength + name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        var at = HeaderLength;
        foreach (var label in name.Split('.'))
        {
            if (label.Length is 0 or > LongestLabel)
                throw new FormatException($"'{name}' is no name that DNS could know.");
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }
        at++;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 2), ClassInternet);
        return message;
    }

    /// <summary>Reads an answer to a question; null for bytes that are none: another id, another question, or no message at all.</summary>
    /// <param name="question">As it was sent.</param>
    /// <param name="message">As it came.</param>
    public static DnsAnswer? Read(ReadOnlySpan<byte> question, ReadOnlySpan<byte> message)
    {
        if (message.Length < question.Length || !message[..2].SequenceEqual(question[..2]))
            return null;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & Answers) == 0 || (flags & OperationMask) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return null;
        // The letters of the name may come back in another case; its lengths and the types are below 'A'.
        if (!Ascii.EqualsIgnoreCase(message[HeaderLength..question.Length], question[HeaderLength..]))
            return null;
        if ((flags & Truncated) != 0)
            return new DnsAnswer([], IsTruncated: true, IsKnown: true);
        var code = flags & CodeMask;
        if (code != 0)
            return new DnsAnswer([], false, IsKnown: code == NoSuchName);
        var reader = new DnsReader(message, HeaderLength);
        var wanted = reader.ReadName()!; // it is the question's, which is sound
        return ReadRecords(message, question.Length, wanted, BinaryPrimitives.ReadUInt16BigEndian(question[^4..]));
    }

    private static DnsAnswer? ReadRecords(ReadOnlySpan<byte> message, int at, string wanted, ushort type)
    {
        var found = new List<IPAddress>();
        var reader = new DnsReader(message, at);
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); left > 0 && found.Count < MostAddresses; left--)
        {
            if (reader.ReadName() is not { } owner || !reader.TryReadRecord(out var recordType, out var recordClass, out var start, out var length))
                return null;
            if (recordClass != ClassInternet || !owner.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                continue;
            if (recordType == TypeCname)
            {
                // Aliases stand before what they lead to (RFC 1034 §4.3.2 step 3a).
                var alias = new DnsReader(message, start);
                if (alias.ReadName() is not { } next)
                    return null;
                wanted = next;
            }
            else if (recordType == type)
            {
                if (length != (type == TypeA ? 4 : 16))
                    return null;
                found.Add(new IPAddress(message.Slice(start, length)));
            }
        }
        return new DnsAnswer(found, false, IsKnown: true);
    }
}

/// <summary>What a name server said.</summary>
/// <param name="Addresses">In its order; empty if the name has none of this family.</param>
/// <param name="IsTruncated">There is more, over TCP.</param>
/// <param name="IsKnown">False if the server could not tell.</param>
internal sealed record DnsAnswer(IReadOnlyList<IPAddress> Addresses, bool IsTruncated, bool IsKnown);
