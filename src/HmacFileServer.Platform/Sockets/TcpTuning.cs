using System.Net.Sockets;
using System.Text;
using HmacFileServer.Platform.Linux;

namespace HmacFileServer.Platform;

/// <summary>Options that make a TCP connection fit its path. Best effort: none of them failing breaks a transfer.</summary>
public static class TcpTuning
{
    private const int ProtocolTcp = 6;
    private const int LinuxCongestion = 13;
    private const int LinuxUserTimeout = 18;
    private const int LinuxNotSentLowWater = 25;
    private const int AppleNotSentLowWater = 0x201;
    private const int LongestCongestionName = 16; // TCP_CA_NAME_MAX

    /// <summary>
    /// TCP_NOTSENT_LOWAT: the socket takes more bytes only while less than this waits unsent in it. Small values keep bytes in
    /// our hands, where another path can still take them. Linux and Apple systems.
    /// </summary>
    /// <param name="socket">A TCP socket.</param>
    /// <param name="bytes">1 or more.</param>
    public static TuningResult SetNotSentLowWater(Socket socket, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return DeviceBindingOption.Platform switch
        {
            SocketPlatform.Linux => SetInt(socket, LinuxNotSentLowWater, bytes, "TCP_NOTSENT_LOWAT"),
            SocketPlatform.Apple => SetRaw(socket, AppleNotSentLowWater, bytes, "TCP_NOTSENT_LOWAT"),
            _ => TuningResult.NotSupported("TCP_NOTSENT_LOWAT"),
        };
    }

    /// <summary>TCP_USER_TIMEOUT (RFC 5482): data unacknowledged for so long ends the connection. Linux.</summary>
    /// <param name="socket">A TCP socket.</param>
    /// <param name="timeout">In whole milliseconds; zero: the system's default, many minutes.</param>
    public static TuningResult SetUserTimeout(Socket socket, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout.TotalMilliseconds, int.MaxValue);
        return DeviceBindingOption.Platform == SocketPlatform.Linux
            ? SetInt(socket, LinuxUserTimeout, (int)Math.Ceiling(timeout.TotalMilliseconds), "TCP_USER_TIMEOUT")
            : TuningResult.NotSupported("TCP_USER_TIMEOUT");
    }

    /// <summary>TCP_CONGESTION: the congestion control, `cubic`, `bbr`. It must be loaded, and allowed to the unprivileged. Linux.</summary>
    public static TuningResult SetCongestionControl(Socket socket, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (DeviceBindingOption.Platform != SocketPlatform.Linux)
            return TuningResult.NotSupported("TCP_CONGESTION");
        if (name.Length >= LongestCongestionName || !Ascii.IsValid(name))
            return TuningResult.FromError($"TCP_CONGESTION {name}", Errno.ENOENT);
        var error = SocketSyscalls.Set(socket, ProtocolTcp, LinuxCongestion, Encoding.ASCII.GetBytes(name));
        return TuningResult.FromError($"TCP_CONGESTION {name}", error);
    }

    /// <summary>The congestion control in use, or null where the system does not tell.</summary>
    public static string? GetCongestionControl(Socket socket)
    {
        if (DeviceBindingOption.Platform != SocketPlatform.Linux)
            return null;
        Span<byte> name = stackalloc byte[LongestCongestionName];
        if (SocketSyscalls.Get(socket, ProtocolTcp, LinuxCongestion, name, out var length) != 0)
            return null;
        name = name[..length];
        return Encoding.ASCII.GetString(name.IndexOf((byte)0) is >= 0 and var end ? name[..end] : name);
    }

    /// <summary>TCP_NODELAY: small writes leave at once.</summary>
    public static TuningResult SetNoDelay(Socket socket, bool enabled) => Try("TCP_NODELAY", () => socket.NoDelay = enabled);

    /// <summary>
    /// SO_SNDBUF. Fixing it ends the system's own sizing; Linux takes twice the value, its bookkeeping included, up to net.core.wmem_max.
    /// </summary>
    /// <param name="socket">A TCP socket.</param>
    /// <param name="bytes">1 or more.</param>
    public static TuningResult SetSendBuffer(Socket socket, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return Try("SO_SNDBUF", () => socket.SendBufferSize = bytes);
    }

    private static TuningResult SetInt(Socket socket, int option, int value, string name)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(bytes, value);
        return TuningResult.FromError(name, SocketSyscalls.Set(socket, ProtocolTcp, option, bytes));
    }

    private static TuningResult SetRaw(Socket socket, int option, int value, string name) =>
        Try(name, () => socket.SetRawSocketOption(ProtocolTcp, option, BitConverter.GetBytes(value)));

    private static TuningResult Try(string name, Action set)
    {
        try
        {
            set();
            return TuningResult.Done;
        }
        catch (SocketException refused)
        {
            return new TuningResult(false, $"{name}: {refused.Message}");
        }
    }
}
