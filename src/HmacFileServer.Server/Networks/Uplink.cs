using System.Net;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Server.Networks;

/// <summary>One of the server's own interfaces, as clients are told of it.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Priority">Lower is preferred.</param>
/// <param name="Addresses">Where the server can be reached over it; empty while it is down.</param>
/// <param name="IsActive">The preferred one of those that are up.</param>
/// <param name="Index">The kernel's number of it.</param>
internal sealed record Uplink(string Name, InterfaceType Type, int Priority, IReadOnlyList<IPAddress> Addresses, bool IsActive, int Index)
{
    /// <summary>`active`, `up` or `down`.</summary>
    public string State => IsActive ? "active" : Addresses.Count > 0 ? "up" : "down";
}

/// <summary>The server's preferred interface has changed.</summary>
/// <param name="Number">Counts the changes of this process, from 1.</param>
/// <param name="At">When.</param>
/// <param name="From">The one before; null for the first.</param>
/// <param name="To">The one from now on.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">In words.</param>
internal sealed record UplinkSwitch(long Number, DateTimeOffset At, string? From, string To, SwitchReason Reason, string Evidence);
