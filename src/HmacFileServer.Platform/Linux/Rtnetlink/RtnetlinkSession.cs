using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>
/// The conversation with the kernel without its socket: takes datagrams, keeps the tables, and says what to ask next. One dump
/// is under way at a time. A dump that the kernel marks as inconsistent, or during which an announcement about the same table
/// arrived (the part of the dump behind it in the queue may be older), is asked for again.
/// </summary>
/// <param name="portId">Our own address on the socket: answers carry it, announcements do not.</param>
internal sealed class RtnetlinkSession(uint portId)
{
    // A table that changes all the time is accepted as it is after so many dumps: the announcements keep it right.
    private const int MostRepeats = 4;
    private const int MostRefusals = 8;

    // Questions about one link are told from dumps by this bit: their answers come without an end, and nobody waits for them.
    private const uint SingleBit = 0x8000_0000;

    private KernelTable _needed = KernelTable.All;
    private KernelTable _inFlight;
    private uint _sequence;
    private bool _disturbed;
    private int _repeats;
    private int _refusals;

    public KernelTables Tables { get; } = new();

    /// <summary>Nothing is being asked, nothing needs to be: the tables are the kernel's.</summary>
    public bool IsSettled => _needed == KernelTable.None && _inFlight == KernelTable.None;

    public bool AwaitsAnswer => _inFlight != KernelTable.None;

    /// <summary>What the kernel refused so often that it is no longer asked; for reporting, reset by the reader.</summary>
    public NetlinkException? Refusal { get; set; }

    /// <summary>Asks for these tables again, as soon as no other question is open.</summary>
    public void Ask(KernelTable tables) => _needed |= tables;

    /// <summary>Announcements were lost, or an answer stayed away: everything is asked again.</summary>
    public void Lost()
    {
        _needed = KernelTable.All;
        _inFlight = KernelTable.None;
        _repeats = 0;
    }

    /// <summary>Writes the next request; false if none is due now.</summary>
    public bool TryNextRequest(Span<byte> buffer, out int length)
    {
        length = 0;
        if (_inFlight != KernelTable.None || _needed == KernelTable.None)
            return false;
        // Links first: addresses and routes name them by index.
        _inFlight = _needed.HasFlag(KernelTable.Links) ? KernelTable.Links
            : _needed.HasFlag(KernelTable.Addresses) ? KernelTable.Addresses : KernelTable.Routes;
        _needed &= ~_inFlight;
        _disturbed = false;
        _sequence = (_sequence + 1) & ~SingleBit;
        Tables.BeginDump();
        length = RtnetlinkRequest.WriteDump(buffer, _inFlight, _sequence);
        return true;
    }

    /// <summary>Writes a request for one link, whatever else is being asked; returns its length.</summary>
    public static int WriteCheck(Span<byte> buffer, int index) => RtnetlinkRequest.WriteGetLink(buffer, index, SingleBit);

    /// <summary>Takes over one datagram that came from the kernel.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkMessageReader(datagram);
        while (messages.MoveNext())
        {
            var header = messages.Header;
            var isAnswer = header.PortId == portId;
            if (isAnswer && (header.Sequence & SingleBit) != 0)
            {
                // An error says that it is gone; its end was announced.
                if (header.Type == NetlinkProtocol.NewLink)
                    _needed |= Tables.Apply(header, messages.Payload);
                continue;
            }
            if (isAnswer && (header.Sequence != _sequence || _inFlight == KernelTable.None))
                continue; // of a dump that was given up
            if (isAnswer)
                _disturbed |= (header.Flags & NetlinkProtocol.DumpInterrupted) != 0;
            switch (header.Type)
            {
                case NetlinkProtocol.Done when isAnswer:
                    EndDump();
                    break;
                case NetlinkProtocol.Error when isAnswer:
                    Refused(messages.Payload);
                    break;
                case NetlinkProtocol.Overrun:
                    Lost();
                    break;
                default:
                    _needed |= Tables.Apply(header, messages.Payload);
                    _disturbed |= !isAnswer && TableOf(header.Type) == _inFlight && _inFlight != KernelTable.None;
                    break;
            }
        }
    }

    private void EndDump()
    {
        var table = _inFlight;
        _inFlight = KernelTable.None;
        _refusals = 0;
        if (_disturbed && _repeats < MostRepeats)
        {
            _repeats++;
            _needed |= table;
            return;
        }
        Tables.EndDump(table);
        if (_needed == KernelTable.None)
            _repeats = 0;
    }

    private void Refused(ReadOnlySpan<byte> payload)
    {
        var error = payload.Length >= 4 ? -MemoryMarshal.Read<int>(payload) : 0;
        if (error == 0)
            return; // an acknowledgement
        var table = _inFlight;
        _inFlight = KernelTable.None;
        // Busy and interrupted pass; what is refused for good is not asked for for ever.
        if (++_refusals < MostRefusals)
            _needed |= table;
        else
            Refusal = new NetlinkException($"dump of {table}", error);
    }

    private static KernelTable TableOf(ushort type) => type switch
    {
        NetlinkProtocol.NewLink or NetlinkProtocol.DeleteLink => KernelTable.Links,
        NetlinkProtocol.NewAddress or NetlinkProtocol.DeleteAddress => KernelTable.Addresses,
        NetlinkProtocol.NewRoute or NetlinkProtocol.DeleteRoute => KernelTable.Routes,
        _ => KernelTable.None,
    };
}
