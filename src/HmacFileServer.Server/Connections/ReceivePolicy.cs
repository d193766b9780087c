using System.Buffers;
using System.Net;
using HmacFileServer.Core.Tuning.Profiles;

namespace HmacFileServer.Server.Connections;

/// <summary>How connections receive: by what each delivers, or (`receive_buffer`) all with a buffer of one size.</summary>
internal sealed class ReceivePolicy
{
    private readonly Func<IPAddress?, NetworkProfile?> _known;

    /// <param name="fixedBytes">Size of each connection's buffer; 0 for adaptive.</param>
    /// <param name="shared">The memory of adaptive connections.</param>
    /// <param name="known">What is known of an address; null for nothing.</param>
    public ReceivePolicy(int fixedBytes, TransportMemoryPool shared, Func<IPAddress?, NetworkProfile?> known)
    {
        (FixedBytes, Shared, _known) = (fixedBytes, shared, known);
        Fixed = fixedBytes > 0 ? new FixedMemoryPool(fixedBytes) : null;
    }

    /// <summary>Bytes; 0 for adaptive.</summary>
    public int FixedBytes { get; }

    /// <summary>What answers are written into.</summary>
    public TransportMemoryPool Shared { get; }

    /// <summary>What a connection receives into if its buffer is fixed; null if it adapts.</summary>
    public MemoryPool<byte>? Fixed { get; }

    /// <summary>What is known of whom a connection comes from.</summary>
    public NetworkProfile? Known(EndPoint? remote) => FixedBytes > 0 ? null : _known((remote as IPEndPoint)?.Address);
}
