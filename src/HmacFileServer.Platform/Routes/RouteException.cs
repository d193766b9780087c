namespace HmacFileServer.Platform.Routes;

/// <summary>Why a route could not be read, added or deleted.</summary>
public enum RouteFault
{
    Other,

    /// <summary>The process lacks CAP_NET_ADMIN in this network namespace.</summary>
    NotPermitted,

    /// <summary>There is one of this metric already.</summary>
    Exists,

    /// <summary>There is none such.</summary>
    NotFound,

    /// <summary>Its interface is gone or down, or its gateway cannot be reached.</summary>
    Unreachable,
}

/// <summary>The kernel refused to read, add or delete a route.</summary>
public sealed class RouteException : IOException
{
    public RouteException(RouteFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    public RouteFault Fault { get; }
}
