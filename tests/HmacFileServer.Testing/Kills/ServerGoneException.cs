namespace HmacFileServer.Testing.Kills;

/// <summary>The server ended before it had answered: what the request did is not known, and the next round finds out.</summary>
internal sealed class ServerGoneException() : Exception("The server ended before it had answered.");
