using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>The file, the environment, the command line: which wins, and how each is named.</summary>
public sealed class SourcesTests : ConfigurationTestBase
{
    [Fact]
    public void The_environment_wins_over_the_file_and_flags_over_both()
    {
        var environment = new Dictionary<string, string> { ["HFS_SERVER__BASE_PATH"] = "/env", ["HFS_SERVER__STORAGE_PATH"] = "/env" };
        var result = ConfigurationReader.Read(
            "[server]\nbase_path = '/file'\nstorage_path = '/file'\n  max_upload_size = '1GB'", "config.toml", environment, [new OptionOverride("--data", "server.storage_path", "/flag")]);
        Assert.Empty(result.Errors);
        Assert.Equal(("/env/", "/flag", ByteSize.GB), (result.Options.Server.BasePath, result.Options.Server.StoragePath, result.Options.Server.MaxUploadSize));
        Assert.Equal("HFS_SERVER__BASE_PATH", result.OriginOf("server.base_path").ToString());
        Assert.Equal("--data", result.OriginOf("server.storage_path").ToString());
        Assert.Equal(new OptionOrigin("config.toml", 4, 3), result.OriginOf("server.max_upload_size"));
        Assert.Equal("default", result.OriginOf("server.listen_address").ToString());
    }

    [Fact]
    public void Every_kind_of_option_reads_from_the_environment()
    {
        var options = Valid(
            null,
            ("HFS_SERVER__LISTEN_ADDRESS", ":9000"),
            ("HFS_SERVER__TRUSTED_PROXIES", "127.0.0.1, ::1"),
            ("HFS_SERVER__TLS_CERT_FILE", ""),
            ("HFS_UPLOADS__DURABILITY", "power"),
            ("HFS_UPLOADS__DEDUPLICATION", "false"),
            ("HFS_UPLOADS__MIN_FREE_BYTES", "1GB"),
            ("HFS_UPLOADS__FILE_TTL", "7d"),
            ("HFS_SECURITY__PREVIOUS_SECRETS", "[\"with, comma\", 'another one']"),
            ("HFS_NETWORK_RESILIENCE__INTERFACE_PRIORITY", "eth0,wlan0"),
            ("HFS_NETWORK_RESILIENCE__FORCE_INTERFACE", ""),
            ("HFS_NETWORK_RESILIENCE__SWITCH_THRESHOLD_PACKET_LOSS", "2.5 %"),
            ("HFS_NETWORK_RESILIENCE__QUALITY_DEGRADATION_THRESHOLD", "0.5"),
            ("HFS_NETWORK_INTERFACES__5G__PRIORITY", "7"),
            ("PATH", "/bin"),
            ("HFS_HOME", "/home"));
        Assert.Equal(new ListenAddress("", 9000), options.Server.ListenAddress);
        Assert.Equal(2, options.Server.TrustedProxies.Count);
        Assert.Null(options.Server.TlsCertFile);
        Assert.Equal((false, ByteSize.GB, TimeSpan.FromDays(7)), (options.Uploads.Deduplication, options.Uploads.MinFreeBytes, options.Uploads.FileTtl));
        Assert.Equal([Secret.FromText("with, comma"), Secret.FromText("another one")], options.Security.PreviousSecrets);
        Assert.Equal(["eth0", "wlan0"], options.NetworkResilience.InterfacePriority);
        Assert.Equal((2.5, 0.5, 7), (options.NetworkResilience.SwitchThresholdPacketLoss, options.NetworkResilience.QualityDegradationThreshold, options.NetworkInterfaces.FiveG.Priority));
    }

    [Theory]
    [InlineData("HFS_UPLOADS__FILE_TTL", "soon", "uploads.file_ttl: \"soon\" does not fit: write a duration with its unit, like \"500ms\", \"30s\", \"5m\", \"24h\", \"7d\" or \"1h30m\".")]
    [InlineData("HFS_UPLOADS__DEDUPLICATION", "yes", "uploads.deduplication: \"yes\" does not fit: write true or false, without quotes.")]
    [InlineData("HFS_NETWORK_INTERFACES__WIFI__PRIORITY", "first", "network_interfaces.wifi.priority: \"first\" does not fit: write a whole number from 0 to 1000, without quotes.")]
    [InlineData("HFS_NETWORK_INTERFACES__WIFI__PRIORITY", "99999999999", "network_interfaces.wifi.priority: 99999999999 is out of range: write a whole number from 0 to 1000, without quotes.")]
    [InlineData("HFS_NETWORK_INTERFACES__WIFI__TIMEOUT_MULTIPLIER", "NaN", "network_interfaces.wifi.timeout_multiplier: NaN is out of range: write a number from 0.1 to 100, without quotes.")]
    [InlineData("HFS_SERVER__TRUSTED_PROXIES", "[\"10.0.0.1\"", "server.trusted_proxies: not a TOML array: Array without an end: close it with ].")]
    [InlineData("HFS_SERVER__TRUSTED_PROXIES", "[\"x\"]", "server.trusted_proxies: \"x\" does not fit: write a list of addresses or blocks, like [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"].")]
    [InlineData("HFS_SERVER__STORAGE_PATH", "\u001b[2J", "server.storage_path: \"\\u001B[2J\" does not fit: write text in quotes, not empty.")]
    public void An_error_names_the_variable(string name, string value, string expected) => Assert.Equal($"{name}: {expected}", OneError("", (name, value)));

    [Theory]
    [InlineData("HFS_SERVER__LISTEN_ADRESS", "did you mean HFS_SERVER__LISTEN_ADDRESS?")]
    [InlineData("HFS_SERVER_LISTEN_ADDRESS", "did you mean HFS_SERVER__LISTEN_ADDRESS?")]
    [InlineData("hfs_server__listen_address", "did you mean HFS_SERVER__LISTEN_ADDRESS?")]
    [InlineData("HFS_QUITE__UNKNOWN", "it names no option.")]
    public void An_unknown_variable_is_a_warning(string name, string expected) =>
        Assert.Equal($"{name}: unknown variable, ignored: {expected}", OneWarning("", (name, "x")));

    [Fact]
    public void A_flag_error_names_the_flag()
    {
        var result = ConfigurationReader.Read(null, "c", new Dictionary<string, string>(), [new OptionOverride("--listen", "server.listen_address", "nowhere")]);
        Assert.StartsWith("--listen: server.listen_address: \"nowhere\" does not fit", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_for_no_option_is_a_mistake_of_the_program() =>
        Assert.Throws<ArgumentException>(() => ConfigurationReader.Read(null, "c", new Dictionary<string, string>(), [new OptionOverride("--x", "server.x", "1")]));

    [Fact]
    public void A_file_that_is_no_TOML_does_not_hide_errors_elsewhere()
    {
        var result = Read("[server", ("HFS_UPLOADS__FILE_TTL", "soon"), ("HFS_SERVER__BASE_PATH", "/env"));
        Assert.Equal(2, result.Errors.Count);
        Assert.Equal("/env/", result.Options.Server.BasePath);
    }

    [Fact]
    public void Rules_between_options_see_every_source() =>
        Assert.Equal("HFS_SERVER__TLS_CERT_FILE: server.tls_cert_file: a certificate needs its private key: set tls_key_file, too.", OneError("", ("HFS_SERVER__TLS_CERT_FILE", "c.pem")));
}
