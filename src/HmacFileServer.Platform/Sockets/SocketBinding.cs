using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform.Linux;

namespace HmacFileServer.Platform;

/// <summary>
/// Makes a socket send and receive through one interface, whatever the routing table prefers, and optionally from one source
/// address. To be called after the socket was made and before it connects. Linux: SO_BINDTODEVICE, without privileges since 5.7.
/// </summary>
/// <remarks>
/// Afterwards, connect to one <see cref="IPEndPoint"/>: a socket with such options cannot try several addresses in one ConnectAsync.
/// </remarks>
public static class SocketBinding
{
    private const int LongestLinuxName = 15; // IFNAMSIZ, with its end
    private const int IpBindAddressNoPort = 24;

    /// <summary>Binds to the interface that the snapshot was taken of; to none other that got its name since.</summary>
    /// <exception cref="SocketBindingException">With the reason.</exception>
    public static void Bind(Socket socket, InterfaceSnapshot networkInterface, IPAddress? source = null)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        BindDevice(socket, networkInterface.Index, networkInterface.Name);
        BindSource(socket, source, networkInterface.Name);
    }

    /// <summary>Binds to the interface with this index.</summary>
    /// <exception cref="SocketBindingException">With the reason.</exception>
    public static void Bind(Socket socket, int interfaceIndex, IPAddress? source = null)
    {
        BindDevice(socket, interfaceIndex, name: null);
        BindSource(socket, source, $"#{interfaceIndex}");
    }

    /// <summary>Binds to the interface with this name.</summary>
    /// <exception cref="SocketBindingException">With the reason.</exception>
    public static void Bind(Socket socket, string interfaceName, IPAddress? source = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(interfaceName);
        if (DeviceBindingOption.Platform == SocketPlatform.Linux)
        {
            if (interfaceName.Length > LongestLinuxName || interfaceName.Contains('\0'))
                throw Failure(interfaceName, Errno.ENODEV);
            if (Set(socket, DeviceBindingOption.ForLinuxName(interfaceName)) is not 0 and var error)
                throw Failure(interfaceName, error);
        }
        else
        {
            BindDevice(socket, IndexOf(interfaceName), interfaceName);
        }
        BindSource(socket, source, interfaceName);
    }

    private static void BindDevice(Socket socket, int index, string? name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        var shown = name ?? $"#{index}";
        var dualMode = socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode;
        var options = DeviceBindingOption.ForIndex(DeviceBindingOption.Platform, socket.AddressFamily, dualMode, index);
        if (options.Length == 0)
            throw new SocketBindingException(BindingFailure.NotSupported, $"This system cannot bind a socket to interface {shown}.");
        // The option by index believes any number, and the connection would fail later without a reason.
        if (DeviceBindingOption.Platform == SocketPlatform.Linux && SocketSyscalls.FindInterface(socket, index) is not 0 and var missing)
            throw Failure(shown, missing);
        foreach (var option in options)
        {
            var error = Set(socket, option);
            // Before 5.1 there is only the option by name.
            if (error == Errno.ENOPROTOOPT && name is not null && DeviceBindingOption.Platform == SocketPlatform.Linux)
                error = Set(socket, DeviceBindingOption.ForLinuxName(name));
            if (error != 0)
                throw Failure(shown, error);
        }
    }

    /// <summary>Sets one option; returns 0 or Linux's number for what went wrong.</summary>
    private static int Set(Socket socket, DeviceBindingOption option)
    {
        if (DeviceBindingOption.Platform == SocketPlatform.Linux)
            return SocketSyscalls.Set(socket, option.Level, option.Name, option.Value);
        try
        {
            socket.SetRawSocketOption(option.Level, option.Name, option.Value);
            return 0;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable or SocketError.InvalidArgument => Errno.ENODEV, // how both say "no such index"
                SocketError.AccessDenied => Errno.EPERM,
                SocketError.ProtocolOption or SocketError.OperationNotSupported => Errno.ENOPROTOOPT,
                _ => refused.NativeErrorCode,
            };
        }
    }

    private static void BindSource(Socket socket, IPAddress? source, string shown)
    {
        if (source is null)
            return;
        if (source.AddressFamily != socket.AddressFamily && socket is { AddressFamily: AddressFamily.InterNetworkV6, DualMode: true })
            source = source.MapToIPv6();
        if (source.AddressFamily != socket.AddressFamily)
            throw new SocketBindingException(BindingFailure.AddressNotAvailable, $"{source} is of another address family than the socket.");
        // The port is then chosen at connect, per destination: thousands of connections from one address do not use up the ports.
        if (DeviceBindingOption.Platform == SocketPlatform.Linux)
            _ = SocketSyscalls.Set(socket, 0, IpBindAddressNoPort, BitConverter.GetBytes(1));
        try
        {
            socket.Bind(new IPEndPoint(source, 0));
        }
        catch (SocketException refused)
        {
            var reason = refused.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => BindingFailure.AddressNotAvailable,
                SocketError.AccessDenied => BindingFailure.NotPermitted,
                _ => BindingFailure.Other,
            };
            throw new SocketBindingException(reason, $"Cannot send from {source} on interface {shown}: {refused.Message}", refused);
        }
    }

    private static int IndexOf(string interfaceName)
    {
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (card.Name != interfaceName)
                continue;
            var properties = card.GetIPProperties();
            return card.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties().Index : properties.GetIPv6Properties().Index;
        }
        throw Failure(interfaceName, Errno.ENODEV);
    }

    private static SocketBindingException Failure(string shown, int error) => error switch
    {
        Errno.ENODEV => new(BindingFailure.NoSuchDevice, $"There is no network interface {shown} (any more)."),
        Errno.EPERM or Errno.EACCES => new(BindingFailure.NotPermitted,
            $"Not permitted to bind a socket to interface {shown}: it needs Linux 5.7 and a socket that is not bound yet, or CAP_NET_RAW."),
        Errno.ENOPROTOOPT => new(BindingFailure.NotSupported, $"This system cannot bind a socket to interface {shown}."),
        _ => new(BindingFailure.Other, $"Cannot bind a socket to interface {shown}: {Marshal.GetPInvokeErrorMessage(error)} ({error})."),
    };
}
