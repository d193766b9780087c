using HmacFileServer.Platform.Routes;

namespace HmacFileServer.Server.Networks.Routes;

/// <summary>One change of the system's routes that can be taken back.</summary>
/// <param name="IsMove">
/// True: <paramref name="Original"/> makes way, and <paramref name="Ours"/> stands in for it with a higher metric. False: <paramref name="Ours"/> is a copy beside it, with a lower one.
/// </param>
/// <param name="Original">A route that somebody else made.</param>
/// <param name="Ours">The one that we make.</param>
internal sealed record RouteChange(bool IsMove, DefaultRoute Original, DefaultRoute Ours);
