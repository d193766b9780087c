using System.Net;

namespace HmacFileServer.Client.Endpoints;

/// <summary>One entry of a server's `endpoints`.</summary>
/// <param name="Address">Where the server can be reached; null while its interface is down, or where the entry is of no use here.</param>
/// <param name="Interface">The server's interface; null for the address that it was asked at.</param>
/// <param name="Priority">Lower is preferred.</param>
/// <param name="State">What the server says of it.</param>
internal sealed record AnnouncedEndpoint(IPAddress? Address, string? Interface, int Priority, EndpointState State);

/// <summary>The `state` of an endpoint.</summary>
internal enum EndpointState
{
    /// <summary>The one that clients should come to: the server has watched it for its own stability time.</summary>
    Active,

    /// <summary>Usable.</summary>
    Up,

    /// <summary>Gone.</summary>
    Down,
}

/// <summary>A connection that is known to lead to the server: over which path, and to which of its addresses.</summary>
/// <param name="Path">The path.</param>
/// <param name="Address">The address at its other end.</param>
/// <param name="IsApart">The upload does not use this address of the server now: news of the fall of the other come over it.</param>
internal sealed record EndpointRoute(Paths.PathCandidate Path, IPAddress Address, bool IsApart);
