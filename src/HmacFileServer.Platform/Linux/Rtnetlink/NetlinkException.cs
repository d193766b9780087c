using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>The kernel's routing socket refused something, or lost something.</summary>
internal sealed class NetlinkException : Exception
{
    public NetlinkException(string message) : base(message)
    {
    }

    /// <param name="what">What was tried.</param>
    /// <param name="error">The error number.</param>
    public NetlinkException(string what, int error) : base($"rtnetlink: {what}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})") =>
        Error = error;

    /// <summary>The error number, or 0.</summary>
    public int Error { get; }
}
