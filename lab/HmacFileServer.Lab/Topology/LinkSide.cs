namespace HmacFileServer.Lab.Topology;

/// <summary>An end of a link.</summary>
public enum LinkSide
{
    Client,
    Server,
}

/// <summary>One or both directions of a link.</summary>
public enum LinkDirection
{
    Both,

    /// <summary>Client to server.</summary>
    Up,

    /// <summary>Server to client.</summary>
    Down,
}
