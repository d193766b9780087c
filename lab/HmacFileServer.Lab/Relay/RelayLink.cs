using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Relay;

/// <summary>Both directions of a link and the two devices that they join.</summary>
internal sealed class RelayLink : IDisposable
{
    /// <param name="name">The link's name.</param>
    /// <param name="clientDevice">The interface of this namespace whose peer is the client's.</param>
    /// <param name="serverDevice">The interface of this namespace whose peer is the server's.</param>
    /// <param name="up">Client to server.</param>
    /// <param name="down">Server to client.</param>
    /// <param name="seed">Of loss and jitter.</param>
    public RelayLink(string name, string clientDevice, string serverDevice, LinkShape up, LinkShape down, int seed)
    {
        Name = name;
        Client = new PacketSocket(clientDevice);
        Server = new PacketSocket(serverDevice);
        Up = new Wire(Client, Server, up, seed);
        Down = new Wire(Server, Client, down, ~seed);
    }

    public string Name { get; }

    public PacketSocket Client { get; }

    public PacketSocket Server { get; }

    public Wire Up { get; }

    public Wire Down { get; }

    /// <summary>The sides (<c>client</c>, <c>server</c>) whose cable is out. Used by the thread that obeys commands only.</summary>
    public HashSet<string> Unplugged { get; } = [];

    public void Dispose()
    {
        Up.Dispose();
        Down.Dispose();
        Client.Dispose();
        Server.Dispose();
    }
}
