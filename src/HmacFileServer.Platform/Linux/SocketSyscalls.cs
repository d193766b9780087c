using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HmacFileServer.Platform.Linux;

/// <summary>Socket options that the base class library has no name for. Return -1 and leave the error number on failure.</summary>
internal static unsafe partial class SocketSyscalls
{
    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeSocketHandle socket, int level, int option, byte* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeSocketHandle socket, int level, int option, byte* value, ref int length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeSocketHandle socket, nuint request, out int value);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlInterface(SafeSocketHandle socket, nuint request, byte* interfaceRequest);

    /// <summary>Asks for an interface in the socket's network namespace (SIOCGIFNAME); returns 0, or the error number: ENODEV.</summary>
    public static int FindInterface(Socket socket, int index)
    {
        const nuint getName = 0x8910;
        var request = stackalloc byte[40]; // struct ifreq: the name, then a union that begins with the index
        *(int*)(request + 16) = index;
        return ControlInterface(socket.SafeHandle, getName, request) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Sets an option; returns 0 or the error number.</summary>
    public static int Set(Socket socket, int level, int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
            return SetOption(socket.SafeHandle, level, option, bytes, value.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Reads an option; returns 0 or the error number, and how much of the buffer was filled.</summary>
    public static int Get(Socket socket, int level, int option, Span<byte> value, out int length)
    {
        length = value.Length;
        fixed (byte* bytes = value)
            return GetOption(socket.SafeHandle, level, option, bytes, ref length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
