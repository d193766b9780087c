using System.Globalization;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>
/// What a config.toml of the Go HMAC File Server 3.x says differently. Its keys that we do not have are in
/// <see cref="GoServerKeyTable"/>; here stands what needs more: values that mean something else under the same name, and the one key
/// that must not be ignored because that would open the server to the network.
/// </summary>
internal static class GoServerKeys
{
    /// <summary>True for a key that is not ours and has its effect nevertheless, by <see cref="AddSettings"/>.</summary>
    public static bool IsRead(string section, string key) => section == "server" && key == "bind_ip";

    /// <summary>Why a value of one of our keys cannot be meant as ours; null to read it.</summary>
    public static string? WhyIgnored(string path, TomlNode value) => path switch
    {
        "network_resilience.quality_degradation_threshold" when value is TomlFloat { Value: > 1 and <= 100 } or TomlInteger { Value: > 1 and <= 100 } =>
            "this looks like the packet loss in percent that the Go server had here, and is ignored: write it as switch_threshold_packet_loss, and here a number from 0 to 1.",
        _ => null,
    };

    /// <summary>Reads `bind_ip` and a bare port in `listen_address` as the Go server does: together.</summary>
    public static void AddSettings(TomlDocument document, SettingList settings, MessageList messages)
    {
        if (!document.Root.TryGet("server", out var section) || section.Value is not TomlTable server || !server.TryGet("bind_ip", out var bind))
            return;
        var port = server.TryGet("listen_address", out var listen) ? BarePort(listen.Value) : "8080";
        if (port is null)
        {
            messages.Warn(document.FileName, bind.KeyPosition, "server.bind_ip", "ignored: listen_address has an address of its own.");
            return;
        }
        var address = (bind.Value as TomlString)?.Value ?? "?"; // anything but text is refused below
        var text = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
        if (!ListenAddress.TryParse(text, out var meant))
        {
            messages.Refuse(document.FileName, bind.Value.Position, "server.bind_ip", "this is no address: write it with the port as listen_address, like \"127.0.0.1:8080\".");
            return;
        }
        settings.Add("server.listen_address", new Setting(new OptionOrigin(document.FileName, bind.KeyPosition.Line, bind.KeyPosition.Column), text));
        messages.Warn(document.FileName, bind.KeyPosition, "server.bind_ip", $"read together with the port, as the Go server does: write listen_address = \"{meant}\" instead.");
    }

    private static string? BarePort(TomlNode listen) => listen switch
    {
        TomlInteger port => port.Value.ToString(CultureInfo.InvariantCulture),
        TomlString { Value: [':', .. var port] } => port,
        TomlString text when text.Value.All(char.IsAsciiDigit) => text.Value,
        _ => null,
    };
}
