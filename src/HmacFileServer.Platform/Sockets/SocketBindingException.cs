namespace HmacFileServer.Platform;

/// <summary>Why a socket could not be bound to an interface.</summary>
public enum BindingFailure
{
    /// <summary>There is no such interface (any more).</summary>
    NoSuchDevice,

    /// <summary>The system does not let this process do it (Linux before 5.7, or a socket that is bound to another already).</summary>
    NotPermitted,

    /// <summary>The source address is not (or no longer) one of this device's, or is of another family than the socket.</summary>
    AddressNotAvailable,

    /// <summary>This system has no such option.</summary>
    NotSupported,

    /// <summary>Anything else; the message says what.</summary>
    Other,
}

/// <summary>A socket could not be bound to an interface or a source address.</summary>
public sealed class SocketBindingException : Exception
{
    public SocketBindingException(BindingFailure reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    public BindingFailure Reason { get; }
}
