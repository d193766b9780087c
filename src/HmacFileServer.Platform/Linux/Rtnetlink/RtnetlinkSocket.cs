using System.Runtime.InteropServices;
using static HmacFileServer.Platform.Linux.NetlinkSyscalls;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>What came of one attempt to receive.</summary>
internal enum ReceiveOutcome
{
    Datagram,
    Empty,

    /// <summary>The kernel dropped announcements because the socket's buffer was full (ENOBUFS), or a datagram was cut.</summary>
    Overflow,
}

/// <summary>A routing socket in the network namespace of the thread that made it, subscribed to links, addresses and routes.</summary>
internal sealed unsafe class RtnetlinkSocket : IDisposable
{
    // A burst of a few thousand announcements fits; what does not is asked for again.
    private const int KernelBufferBytes = 1 << 20;

    private readonly DescriptorHandle _socket;
    private readonly DescriptorHandle _wake;
    // The kernel fills a dump's datagrams up to 32 KB at most; an announcement is smaller.
    private readonly byte[] _buffer = GC.AllocateArray<byte>(1 << 16, pinned: true);

    private RtnetlinkSocket(DescriptorHandle socket, DescriptorHandle wake, bool watch)
    {
        _socket = socket;
        _wake = wake;
        var own = new NetlinkAddress { Family = AddressFamilyNetlink, Groups = watch ? NetlinkProtocol.WatchedGroups : 0 };
        // Beyond net.core.rmem_max only the privileged may go; the plain option takes what it gets.
        if (SetSocketOption(_socket, SolSocket, SoReceiveBufferForce, KernelBufferBytes, sizeof(int)) != 0)
            _ = SetSocketOption(_socket, SolSocket, SoReceiveBuffer, KernelBufferBytes, sizeof(int));
        if (NetlinkSyscalls.Bind(_socket, own, sizeof(NetlinkAddress)) != 0)
            throw new NetlinkException("bind", Marshal.GetLastPInvokeError());
        var length = sizeof(NetlinkAddress);
        if (GetSocketName(_socket, ref own, ref length) != 0)
            throw new NetlinkException("getsockname", Marshal.GetLastPInvokeError());
        PortId = own.PortId;
    }

    /// <summary>The address the kernel gave us; its answers carry it.</summary>
    public uint PortId { get; }

    /// <param name="watch">False for questions and orders alone, without announcements.</param>
    public static RtnetlinkSocket Open(bool watch = true)
    {
        var socket = new DescriptorHandle(NetlinkSyscalls.Socket(AddressFamilyNetlink, SocketRaw | CloseOnExec | NonBlocking, NetlinkRoute));
        var error = Marshal.GetLastPInvokeError();
        if (socket.IsInvalid)
        {
            socket.Dispose();
            throw new NetlinkException("socket", error);
        }
        var wake = new DescriptorHandle(EventDescriptor(0, CloseOnExec | NonBlocking));
        error = Marshal.GetLastPInvokeError();
        try
        {
            return wake.IsInvalid ? throw new NetlinkException("eventfd", error) : new RtnetlinkSocket(socket, wake, watch);
        }
        catch (NetlinkException)
        {
            socket.Dispose();
            wake.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> request)
    {
        var kernel = new NetlinkAddress { Family = AddressFamilyNetlink };
        fixed (byte* bytes = request)
        {
            nint sent;
            do
            {
                sent = SendTo(_socket, bytes, request.Length, 0, kernel, sizeof(NetlinkAddress));
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            if (sent < 0)
                throw new NetlinkException("send", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Receives one datagram without waiting. The span is valid until the next call.</summary>
    public ReceiveOutcome TryReceive(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        while (true)
        {
            NetlinkAddress from = default;
            var fromLength = sizeof(NetlinkAddress);
            nint length;
            fixed (byte* bytes = _buffer)
                length = ReceiveFrom(_socket, bytes, _buffer.Length, Truncate, ref from, ref fromLength);
            if (length < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR: continue;
                    case Errno.EAGAIN: return ReceiveOutcome.Empty;
                    case Errno.ENOBUFS: return ReceiveOutcome.Overflow;
                    case var error: throw new NetlinkException("receive", error);
                }
            }
            if (from.PortId != 0)
                continue; // not the kernel: a process that may send to others is no source of truth
            if (length > _buffer.Length)
                return ReceiveOutcome.Overflow;
            datagram = _buffer.AsSpan(0, (int)length);
            return ReceiveOutcome.Datagram;
        }
    }

    /// <summary>Blocks until something can be received, the time is over (-1: never), or <see cref="Wake"/> was called. True if something can be received.</summary>
    public bool Wait(int timeoutMilliseconds)
    {
        // The raw numbers stay valid: whoever disposes this waits for the thread that is in here first.
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = (int)_socket.DangerousGetHandle(), Events = PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = (int)_wake.DangerousGetHandle(), Events = PollIn };
        if (Poll(descriptors, 2, timeoutMilliseconds) < 0 && Marshal.GetLastPInvokeError() is not Errno.EINTR and var error)
            throw new NetlinkException("poll", error);
        if (descriptors[1].Returned != 0)
            _ = Read(_wake, out _, sizeof(ulong)); // back to zero
        return descriptors[0].Returned != 0;
    }

    /// <summary>Makes the next <see cref="Wait"/> return, or the present one. For any thread; does nothing after disposal.</summary>
    public void Wake()
    {
        try
        {
            _ = Write(_wake, 1, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // nobody waits any more
        }
    }

    /// <summary>Only after the thread that waits has ended.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }
}
