using HmacFileServer.Core.Configuration;
using static HmacFileServer.Fuzz.Targets.AllTargets;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>A configuration file: whatever is in it, there are options, or errors that say where.</summary>
internal static class Configurations
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    public static FuzzTarget Create() => new(
        "toml",
        Bytes(
            "[server]\nlisten_address = \":8080\"\nmax_upload_size = \"10GB\"\n",
            "[uploads]\ndurability = 'power'\nsession_timeout = \"24h\"\n[security]\nsecret = \"\"\"\nsome thing\"\"\"\n",
            "[network_interfaces]\nethernet = { buffer_size = \"1MB\", chunk_size = \"10MB\", timeout_multiplier = 1.0, priority = 10 }\n",
            "a.b.c = 1\n[[x]]\ny = [1, 2.5, 1979-05-27T07:32:00Z, true, { z = 'q' }]\n[[x]]\n\"k \\u00e9\" = 0xff # end\n",
            "[network_resilience]\ninterface_priority = [\"eth0\", \"wlan0\"]\nswitch_threshold_latency = \"500ms\"\nswitch_threshold_packet_loss = 5.0\n"),
        ["[", "]", "[[", "]]", "{", "}", "=", ".", ",", "\"", "\"\"\"", "'", "'''", "\\", "\\u00e9", "\\UFFFFFFFF", "\n", "\r\n", "\r", "#", "inf", "nan", "true", "1979-05-27", "07:32:00.999", "_", "0b1", "0o7", "\ufeff", "\0", "server", "secret = ", "\u00e9"],
        input =>
        {
            var result = ConfigurationReader.ReadUtf8(input, "f.toml", NoEnvironment);
            foreach (var error in result.Errors.Concat(result.Warnings))
                Check(error.Line >= 0 && error.ToString().Length > 0, "a message without a place");
            return result.IsValid;
        });
}
