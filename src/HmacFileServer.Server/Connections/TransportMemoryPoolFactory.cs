using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace HmacFileServer.Server.Connections;

/// <summary>Gives Kestrel one <see cref="TransportMemoryPool"/> for all of its queues, so that the budget is the process's.</summary>
public sealed class TransportMemoryPoolFactory : IMemoryPoolFactory<byte>
{
    public TransportMemoryPool Pool { get; } = new();

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => Pool;
}
