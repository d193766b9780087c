using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>The options in force, as `check-config` shows them.</summary>
public sealed class ReportTests : ConfigurationTestBase
{
    private const string Toml = """
        [server]
        listen_address = ":443"
        storage_path = "C:\\data \"x\""
        trusted_proxies = ["10.0.0.0/8", "::1"]
        [security]
        secret = "correct horse battery staple"
        [uploads]
        session_timeout = "90m"
        durability = "power"
        [network_resilience]
        interface_priority = ["eth0", "Wi-Fi 2"]
        force_interface = "eth0"
        switch_threshold_packet_loss = 7
        [network_interfaces.5g]
        chunk_size = "3MB"
        """;

    [Fact]
    public void Each_option_is_shown_with_its_origin()
    {
        var report = ConfigurationReport.ToToml(Read(Toml, ("HFS_UPLOADS__FILE_TTL", "48h")));
        Assert.Contains("\n[network_interfaces.5g]\n", report, StringComparison.Ordinal);
        foreach (var line in new[]
        {
            "listen_address = \":443\"  # config.toml:2", "base_path = \"/\"  # default", "storage_path = \"C:\\\\data \\\"x\\\"\"  # config.toml:3", "max_upload_size = \"10GB\"  # default",
            "trusted_proxies = [\"10.0.0.0/8\", \"::1/128\"]  # config.toml:4", "# secret: set, not shown  # config.toml:6", "# previous_secrets: not set  # default",
            "session_timeout = \"90m\"  # config.toml:8", "durability = \"power\"  # config.toml:9", "file_ttl = \"2d\"  # HFS_UPLOADS__FILE_TTL", "tls_cert_file = \"\"  # default",
            "interface_priority = [\"eth0\", \"Wi-Fi 2\"]  # config.toml:11", "switch_threshold_packet_loss = 7.0  # config.toml:13", "chunk_size = \"3MB\"  # config.toml:15",
            "# Folder for files, state and the database; made if it is missing.",
        })
        {
            Assert.Contains($"\n{line}\n", report, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Toml)]
    public void A_report_is_a_configuration_with_the_same_values(string? toml)
    {
        var first = Read(toml);
        var again = Read(ConfigurationReport.ToToml(first));
        Assert.Empty(again.Errors);
        Assert.Empty(again.Warnings);
        Assert.Equal(WithoutOrigins(first), WithoutOrigins(again));
    }

    [Fact]
    public void What_has_changed_is_named_secrets_too()
    {
        var first = Read(Toml).Options;
        Assert.Empty(ConfigurationReport.Changes(first, Read(Toml).Options));
        var next = Read(Toml.Replace("battery", "cell", StringComparison.Ordinal).Replace("\"eth0\", \"Wi-Fi 2\"", "\"eth0\"", StringComparison.Ordinal)
            .Replace("[uploads]", "api_tokens = [\"a token of an API\"]\n[uploads]", StringComparison.Ordinal).Replace("3MB", "2MB", StringComparison.Ordinal)).Options;
        Assert.Equal(
            ["security.secret", "security.api_tokens", "network_resilience.interface_priority", "network_interfaces.5g.chunk_size"], ConfigurationReport.Changes(first, next));
    }

    [Fact]
    public void Every_option_is_in_the_report()
    {
        var report = ConfigurationReport.ToToml(Read(null));
        Assert.All(ConfigurationReport.Options, o => Assert.Contains($"{o.Key[(o.Key.LastIndexOf('.') + 1)..]}", report, StringComparison.Ordinal));
        Assert.Equal(ConfigurationReport.Options.Count, report.Split('\n').Count(line => line.EndsWith("  # default", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_name_cannot_break_out_of_its_comment()
    {
        var result = ConfigurationReader.Read("[server]\nbase_path = '/x'", "a\nsecret = \"known value\"\n", new Dictionary<string, string>());
        Assert.Empty(Read(ConfigurationReport.ToToml(result)).Warnings);
        Assert.DoesNotContain("\nsecret", ConfigurationReport.ToToml(result), StringComparison.Ordinal);
    }

    private static string WithoutOrigins(ConfigurationResult result) =>
        string.Join('\n', ConfigurationReport.ToToml(result).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split("  # ")[0]));
}
