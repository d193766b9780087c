namespace HmacFileServer.Server.Connections;

/// <summary>A connection feature: ends a request whose answer was sent before its body was read.</summary>
internal interface IEarlyAnswer
{
    /// <summary>
    /// The body that still comes is thrown away, within bounds, so that the client can read the answer before the connection
    /// ends. The answer must have been written completely.
    /// </summary>
    void EndInput();
}
