using System.Net;
using HmacFileServer.Server.Hosting;
using Microsoft.AspNetCore.Connections;

namespace HmacFileServer.Server.Connections;

/// <summary>Gives Kestrel connections of ours (<see cref="TcpConnection"/>) in the place of its own.</summary>
internal sealed class TcpListenerFactory(ReceivePolicy receiving) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or InheritedEndPoint;

    /// <summary>Listens; AddressInUseException when another program does.</summary>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        // Sockets live in real time, whatever clock a test gives to the uploads.
        ValueTask.FromResult<IConnectionListener>(endpoint is InheritedEndPoint { Socket: var socket }
            ? TcpListener.Adopt(socket, receiving, TimeProvider.System)
            : TcpListener.Bind((IPEndPoint)endpoint, receiving, TimeProvider.System));
}
