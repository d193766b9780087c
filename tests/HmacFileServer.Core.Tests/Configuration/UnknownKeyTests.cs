namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>Keys that are not ours: mistyped ones, and those of the Go server. They never stop the start.</summary>
public sealed class UnknownKeyTests : ConfigurationTestBase
{
    [Theory]
    [InlineData("[server]\nlisten_adress = 1", "2:1: server.listen_adress: unknown key, ignored: did you mean listen_address?")]
    [InlineData("[server]\nlistenAddress = 1", "2:1: server.listenAddress: unknown key, ignored: did you mean listen_address?")]
    [InlineData("[server]\nlisten-address = 1", "2:1: server.listen-address: unknown key, ignored: did you mean listen_address?")]
    [InlineData("[servr]\nlisten_address = 1", "1:2: servr: unknown section, ignored: did you mean server?")]
    [InlineData("[Server]\nlisten_address = 1", "1:2: Server: unknown section, ignored: did you mean server?")]
    [InlineData("[network_interface]", "1:2: network_interface: unknown section, ignored: did you mean network_interfaces?")]
    [InlineData("[network_interfaces.wlan]", "1:21: network_interfaces.wlan: unknown section, ignored.")]
    [InlineData("[network_interfaces.wi-fi]", "1:21: network_interfaces.wi-fi: unknown section, ignored: did you mean wifi?")]
    [InlineData("[network_interfaces]\nethernet.priorty = 1", "2:10: network_interfaces.ethernet.priorty: unknown key, ignored: did you mean priority?")]
    [InlineData("[uploads]\nmax_upload_size = 1", "2:1: uploads.max_upload_size: a key of the Go server, ignored: write max_upload_size in [server].")]
    [InlineData("listen_address = \":80\"", "1:1: listen_address: unknown key, ignored: it belongs in [server].")]
    [InlineData("[handoff]\nenabled = true", "2:1: handoff.enabled: a key of the Go server, ignored: write auto_switch_enabled in [network_resilience].")]
    [InlineData("[server]\nFileTTL = \"1h\"", "2:1: server.FileTTL: a key of the Go server, ignored: write file_ttl in [uploads]; \"0\" keeps files for ever.")]
    [InlineData("[build]\nversion = '3.4.0'", "1:2: build: a section of the Go server, ignored: not needed.")]
    [InlineData("[[versions]]\n[[versions]]", "1:3: versions: unknown section, ignored.")]
    [InlineData("[server]\n\"\\u001b[31m\" = 1", "2:1: server.\"\\u001B[31m\": unknown key, ignored.")]
    public void An_unknown_key_is_a_warning_with_the_nearest_known_one(string toml, string expected) => Assert.Equal($"config.toml:{expected}", OneWarning(toml));

    [Fact]
    public void A_very_long_key_is_shortened() => Assert.InRange(OneWarning($"[server]\n{new string('x', 100_000)} = 1").Length, 100, 200);

    [Theory]
    [InlineData("listen_address = \"8080\"", ":8080")]
    [InlineData("bind_ip = \"127.0.0.1\"\nlisten_address = \"8080\"", "127.0.0.1:8080")]
    [InlineData("listen_address = \"8080\"\nbind_ip = \"0.0.0.0\"", "0.0.0.0:8080")]
    [InlineData("listen_address = 8080\nbind_ip = \"::1\"", "[::1]:8080")]
    [InlineData("listen_address = \":8080\"\nbind_ip = \"localhost\"", "localhost:8080")]
    [InlineData("bind_ip = \"10.1.2.3\"", "10.1.2.3:8080")]
    [InlineData("bind_ip = \"\"\nlisten_address = \"81\"", ":81")]
    [InlineData("bind_ip = \"0.0.0.0\"\nlisten_address = \"127.0.0.1:8080\"", "127.0.0.1:8080")]
    public void The_Go_servers_address_and_port_are_read_together(string lines, string expected)
    {
        var result = Read($"[server]\n{lines}");
        Assert.Empty(result.Errors);
        Assert.Equal(expected, result.Options.Server.ListenAddress.ToString());
        Assert.Equal(lines.Contains("bind_ip", StringComparison.Ordinal) ? 1 : 0, result.Warnings.Count);
    }

    [Theory]
    [InlineData("bind_ip = \"not an address\"")]
    [InlineData("bind_ip = 5")]
    [InlineData("bind_ip = \"127.1\"")]
    public void A_bind_ip_that_cannot_be_read_does_not_open_the_server_to_the_network(string line) =>
        Assert.Contains("server.bind_ip: this is no address", OneError($"[server]\nlisten_address = \"8080\"\n{line}"), StringComparison.Ordinal);

    [Fact]
    public void The_environment_wins_over_bind_ip() =>
        Assert.Equal(":9", Read("[server]\nbind_ip = \"127.0.0.1\"", ("HFS_SERVER__LISTEN_ADDRESS", ":9")).Options.Server.ListenAddress.ToString());

    [Theory]
    [InlineData("5.0")]
    [InlineData("10")]
    public void The_Go_servers_degradation_threshold_was_a_percentage(string value)
    {
        var toml = $"[network_resilience]\nquality_degradation_threshold = {value}";
        Assert.Contains("write it as switch_threshold_packet_loss", OneWarning(toml), StringComparison.Ordinal);
        Assert.Equal(0.3, Read(toml).Options.NetworkResilience.QualityDegradationThreshold);
    }

    [Fact]
    public void A_configuration_of_the_Go_server_starts()
    {
        // The keys and kinds of values of its 3.4 templates; none of this may be an error.
        var result = Read("""
            [server]
            listen_address = "8080"
            bind_ip = "127.0.0.1"
            unixsocket = false
            storage_path = "/var/lib/hmac-file-server/uploads"
            metrics_enabled = true
            metrics_port = "9090"
            pid_file = "/run/hmac-file-server.pid"
            max_upload_size = "10GB"
            max_header_bytes = 1048576
            cleanup_interval = "24h"
            max_file_age = "720h"
            deduplication_enabled = true
            min_free_bytes = "1GB"
            file_naming = "original"
            filettl = "8760h"
            filettlenabled = false
            force_protocol = "auto"

            [uploads]
            allowed_extensions = [".txt", ".jpg"]
            chunkeduploadsenabled = true
            chunksize = "32MB"
            resumableuploadsenabled = true
            sessiontimeout = "60m"
            max_resumable_age = "72h"
            maxretries = 3
            networkevents = true

            [network_resilience]
            enabled = true
            fast_detection = true
            predictive_switching = false
            detection_interval = "1s"
            quality_degradation_threshold = 5.0
            interface_stability_time = "30s"

            [network_interfaces]
            multi_interface_enabled = true
            interface_priorities = [ { name = "eth0", priority = 10, type = "ethernet" }, { name = "wlan*", priority = 7 } ]
            ethernet = { buffer_size = "1MB", chunk_size = "10MB", timeout_multiplier = 1.0, priority = 10 }

            [handoff]
            seamless_handoff = true
            handoff_cooldown = "30s"

            [client_optimization.strategy_mobile]
            buffer_size = "64KB"

            [security]
            secret = "correct horse battery staple"
            enablejwt = false
            jwtsecret = ""

            [deduplication]
            enabled = true
            directory = "./dedup"

            [timeouts]
            readtimeout = "4800s"

            [clamav]
            clamavenabled = false
            [redis]
            redisdbindex = 0
            [workers]
            numworkers = 4
            [file]
            [build]
            version = "3.4.0"
            """);
        Assert.Empty(result.Errors);
        Assert.Equal("127.0.0.1:8080", result.Options.Server.ListenAddress.ToString());
        Assert.Equal("/var/lib/hmac-file-server/uploads", result.Options.Server.StoragePath);
        Assert.NotNull(result.Options.Security.Secret);
        var warnings = result.Warnings.ToDictionary(w => w.Key, w => w.Problem);
        Assert.Equal("a key of the Go server, ignored: write min_free_bytes in [uploads].", warnings["server.min_free_bytes"]);
        Assert.Equal("a key of the Go server, ignored: write deduplication = true or false in [uploads].", warnings["server.deduplication_enabled"]);
        Assert.StartsWith("a key of the Go server, ignored: write session_timeout in [uploads]", warnings["uploads.sessiontimeout"], StringComparison.Ordinal);
        Assert.Equal("a section of the Go server, ignored: write deduplication = true or false in [uploads].", warnings["deduplication"]);
        Assert.All(warnings.Where(w => w.Key is not ("server.bind_ip" or "network_resilience.quality_degradation_threshold")), w => Assert.StartsWith("a ", w.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("redis.redisdbindex", warnings.Keys);
    }

    [Theory]
    [InlineData("[clamav]", "1:2: clamav: a section of the Go server, ignored: unsafe to rely on")]
    [InlineData("[uploads]\nallowed_extensions = ['.txt']", "2:1: uploads.allowed_extensions: a key of the Go server, ignored: unsafe to rely on")]
    [InlineData("[security]\ntrust_proxy_headers = true", "trusted_proxies in [server]")]
    public void What_an_operator_may_rely_on_is_never_a_minor_warning(string toml, string expected)
    {
        var warning = Assert.Single(Read(toml).Warnings);
        Assert.False(warning.IsMinor);
        Assert.Contains(expected, warning.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mistyped_and_superfluous_keys_are_minor() =>
        Assert.All(Read("[server]\nlisten_adress = 1\npid_file = ''\n[workers]").Warnings, warning => Assert.True(warning.IsMinor));
}
