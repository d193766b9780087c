using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HmacFileServer.Lab.Native;

namespace HmacFileServer.Lab.Relay;

/// <summary>
/// A raw socket on one interface (packet(7)): received frames come through a ring that is shared with the kernel (TPACKET_V2),
/// with the instant of each; frames are sent in batches. Used by one thread. Nothing is allocated after construction.
/// </summary>
internal sealed unsafe class PacketSocket : IDisposable
{

    private const int Packet = 263; // SOL_PACKET
    private const int SlotBytes = 2048; // one frame with the ring's own header of 66 bytes at most
    private const int Slots = 2048; // 4 MiB: 200 ms at 100 Mbit/s, in case the relay's thread is held up
    private const int BatchSize = 64;
    private const short Readable = 1; // POLLIN

    private readonly byte* _ring;
    private readonly MessageHeader* _messages;
    private readonly IoVector* _vectors;
    private int _next;
    private int _batched;

    /// <param name="device">An interface of the calling thread's network namespace.</param>
    /// <exception cref="IOException">The interface does not exist, or raw sockets are not permitted.</exception>
    public PacketSocket(string device)
    {
        Device = device;
        const int rawType = 3 | 0x800 | 0x80000; // SOCK_RAW, SOCK_NONBLOCK, SOCK_CLOEXEC
        const int domain = 17; // AF_PACKET
        // Protocol 0: nothing is received before the ring stands and the socket is bound.
        Descriptor = NativeError.Check(Libc.Socket(domain, rawType, 0), "open a raw socket (needs root)");
        SetOption(10, 1); // PACKET_VERSION: TPACKET_V2
        SetOption(23, 1); // PACKET_IGNORE_OUTGOING: what the relay sends must not come back to it
        SetOption(20, 1); // PACKET_QDISC_BYPASS: the relay is the only queue
        const int blockBytes = 65536;
        var request = stackalloc uint[4] { blockBytes, Slots * SlotBytes / blockBytes, SlotBytes, Slots };
        NativeError.Check(Libc.SetSocketOption(Descriptor, Packet, 5, request, 16), "make the receive ring"); // PACKET_RX_RING
        const int readWrite = 3, shared = 1;
        _ring = (byte*)Libc.Map(null, Slots * SlotBytes, readWrite, shared, Descriptor, 0);
        if ((nint)_ring == -1)
            throw NativeError.Last("map the receive ring");
        Bind();
        _messages = (MessageHeader*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(MessageHeader));
        _vectors = (IoVector*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(IoVector));
        for (var i = 0; i < BatchSize; i++)
        {
            _messages[i].Vectors = &_vectors[i];
            _messages[i].VectorCount = 1;
        }
    }

    public string Device { get; }

    public int Descriptor { get; }

    /// <summary>Frames that could not be sent: the interface was down.</summary>
    public long SendFailures { get; private set; }

    /// <summary>Frames that were lost because the ring was full: the relay was too slow, and a measurement is void.</summary>
    public long Overruns { get; private set; }

    /// <summary>Looks at the next received frame without taking it.</summary>
    /// <param name="frame">The frame; valid until <see cref="Take"/>.</param>
    /// <param name="length">Its length on the wire, Ethernet header included; bytes.</param>
    /// <param name="received">When it came, ns of the real-time clock.</param>
    public bool TryPeek(out byte* frame, out int length, out long received)
    {
        var slot = _ring + ((long)_next * SlotBytes);
        if ((Volatile.Read(ref *(uint*)slot) & 1) == 0) // tp_status: TP_STATUS_USER
        {
            frame = null;
            length = 0;
            received = 0;
            return false;
        }
        length = (int)*(uint*)(slot + 4); // tp_len
        frame = slot + *(ushort*)(slot + 12); // tp_mac
        received = (*(uint*)(slot + 16) * 1_000_000_000L) + *(uint*)(slot + 20); // tp_sec, tp_nsec
        return true;
    }

    /// <summary>Gives the frame that <see cref="TryPeek"/> showed back to the kernel.</summary>
    public void Take()
    {
        Volatile.Write(ref *(uint*)(_ring + ((long)_next * SlotBytes)), 0);
        _next = (_next + 1) & (Slots - 1);
    }

    /// <summary>Puts a frame into the batch that goes out next; the bytes must stay until <see cref="Flush"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Send(byte* frame, int length)
    {
        _vectors[_batched].Base = frame;
        _vectors[_batched].Length = (nuint)length;
        if (++_batched == BatchSize)
            Flush();
    }

    /// <summary>Sends the batch. A frame that the interface refuses is lost, as on a wire, and counted.</summary>
    public void Flush()
    {
        var sent = 0;
        while (sent < _batched)
        {
            const int doNotWait = 0x40;
            var result = Libc.SendMany(Descriptor, _messages + sent, (uint)(_batched - sent), doNotWait);
            if (result > 0)
            {
                sent += result;
            }
            else if (Marshal.GetLastPInvokeError() != NativeError.Interrupted)
            {
                SendFailures++;
                sent++;
            }
        }
        _batched = 0;
    }

    /// <summary>What to wait for until the next frame comes.</summary>
    public PollEntry PollEntry => new() { Descriptor = Descriptor, Events = Readable };

    /// <summary>Reads and clears the error that the socket reports when its interface goes down; else poll would return it for ever.</summary>
    public void ClearError()
    {
        int error;
        uint length = sizeof(int);
        _ = Libc.GetSocketOption(Descriptor, 1, 4, &error, &length); // SOL_SOCKET, SO_ERROR
    }

    /// <summary>Asks the kernel how many frames found the ring full, and adds them to <see cref="Overruns"/>.</summary>
    public void CountOverruns()
    {
        var statistics = stackalloc uint[2]; // struct tpacket_stats: packets, drops; reading clears them
        uint length = 8;
        if (Libc.GetSocketOption(Descriptor, Packet, 6, statistics, &length) == 0) // PACKET_STATISTICS
            Overruns += statistics[1];
    }

    public void Dispose()
    {
        _ = Libc.Unmap(_ring, Slots * SlotBytes);
        _ = Libc.Close(Descriptor);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
    }

    private void Bind()
    {
        var index = Libc.InterfaceIndex(Device);
        if (index == 0)
            throw NativeError.Last($"find the interface {Device}");
        var address = stackalloc byte[20]; // struct sockaddr_ll
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = 17; // AF_PACKET
        *(ushort*)(address + 2) = 0x0300; // ETH_P_ALL in network order
        *(uint*)(address + 4) = index;
        NativeError.Check(Libc.Bind(Descriptor, address, 20), $"bind a raw socket to {Device}");
    }

    private void SetOption(int name, int value) =>
        NativeError.Check(Libc.SetSocketOption(Descriptor, Packet, name, &value, sizeof(int)), $"set packet option {name}");
}
