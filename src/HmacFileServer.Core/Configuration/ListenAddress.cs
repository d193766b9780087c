using System.Globalization;
using System.Net;

namespace HmacFileServer.Core.Configuration;

/// <summary>Where a server listens.</summary>
/// <param name="Host">An address, a host name, or empty for every address of the machine, IPv4 and IPv6.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose.</param>
public sealed record ListenAddress(string Host, int Port)
{
    /// <summary>The host as an address; null for a host name, and for every address.</summary>
    public IPAddress? Address => TryParseAddress(Host, out var address) ? address : null;

    /// <summary>True if every address of the machine is meant.</summary>
    public bool IsAny => Host.Length == 0;

    /// <summary>Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080`, `*:8080`, and `8080` as the Go server has it.</summary>
    public static bool TryParse(string text, out ListenAddress? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        if (!TryParsePort(text[(colon + 1)..], out var port))
            return false;
        if (host is ['[', .. var inner, ']'])
        {
            if (!IsV6(inner) || !TryParseAddress(inner, out var v6))
                return false;
            host = v6!.ToString();
        }
        else if (host is "*")
        {
            host = "";
        }
        else if (host.Length > 0 && !IsHost(host))
        {
            return false;
        }
        address = new ListenAddress(host, port);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsV6(Host) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>
    /// Reads an address in its usual form only: .NET also takes `1`, `127.1` and octal `010.0.0.1`, which other programs
    /// read otherwise.
    /// </summary>
    internal static bool TryParseAddress(string text, out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (IsV6(text) ? !text.Contains('[', StringComparison.Ordinal) : address.ToString() == text);

    /// <summary>The form tells the family: only IPv6 has colons.</summary>
    private static bool IsV6(string address) => address.Contains(':', StringComparison.Ordinal);

    private static bool IsHost(string host)
    {
        if (host.All(c => char.IsAsciiDigit(c) || c == '.'))
            return TryParseAddress(host, out _);
        return host.Length <= 253 && host.Split('.').All(label =>
            label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
}
