using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Storage;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>Every option set to something else than its default, and every kind of value refused with its place.</summary>
public sealed class OptionValueTests : ConfigurationTestBase
{
    [Fact]
    public void Every_option_is_read()
    {
        var options = Valid("""
            [server]
            listen_address = "[::1]:9443"
            storage_path = "/srv/hfs"
            base_path = "/upload"
            max_upload_size = "1.5 GB"
            tls_cert_file = "/etc/hfs/cert.pem"
            tls_key_file = "/etc/hfs/key.pem"
            trusted_proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]
            receive_buffer = "64KB"
            [security]
            secret = "swordfish-été"
            previous_secrets = ["older secret", "oldest secret"]
            [uploads]
            durability = "power"
            session_timeout = "1h30m"
            file_ttl = "30d"
            deduplication = false
            min_free_bytes = 0
            [network_resilience]
            enabled = false
            multi_interface_enabled = false
            interface_priority = ["eth0", "wlan0", "wwan0", "ppp0"]
            auto_switch_enabled = false
            force_interface = "wlan0"
            switch_threshold_latency = "250ms"
            switch_threshold_packet_loss = "2.5%"
            quality_degradation_threshold = 1
            interface_stability_time = "1m"
            predictive_switching = false
            [network_interfaces]
            ethernet = { buffer_size = "2MB", min_buffer_size = "1MB", chunk_size = 20971520, timeout_multiplier = 2, priority = 1 }
            5g.priority = 99
            [network_interfaces.lte]
            chunk_size = "1MB"
            [handoff]
            seamless_switching = false
            chunk_retry_on_switch = false
            switch_notification_enabled = false
            [client_optimization]
            enabled = false
            """);
        Assert.Equal(new ListenAddress("::1", 9443), options.Server.ListenAddress);
        Assert.Equal("/srv/hfs", options.Server.StoragePath);
        Assert.Equal("/upload/", options.Server.BasePath);
        Assert.Equal(1_610_612_736, options.Server.MaxUploadSize);
        Assert.Equal(65_536, options.Server.ReceiveBuffer);
        Assert.Equal("/etc/hfs/cert.pem", options.Server.TlsCertFile);
        Assert.Equal("/etc/hfs/key.pem", options.Server.TlsKeyFile);
        Assert.Equal(["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"], options.Server.TrustedProxies.Select(b => b.ToString()));
        Assert.True(options.Security.Secret!.Bytes.SequenceEqual("swordfish-été"u8));
        Assert.Equal([Secret.FromText("older secret"), Secret.FromText("oldest secret")], options.Security.PreviousSecrets);
        Assert.Equal(
            new UploadOptions { Durability = Durability.Power, SessionTimeout = TimeSpan.FromMinutes(90), FileTtl = TimeSpan.FromDays(30), Deduplication = false, MinFreeBytes = 0 },
            options.Uploads);
        var resilience = options.NetworkResilience;
        Assert.Equal(["eth0", "wlan0", "wwan0", "ppp0"], resilience.InterfacePriority);
        Assert.Equal("wlan0", resilience.ForceInterface);
        Assert.Equal(
            (false, false, false, false), (resilience.Enabled, resilience.MultiInterfaceEnabled, resilience.AutoSwitchEnabled, resilience.PredictiveSwitching));
        Assert.Equal((TimeSpan.FromMilliseconds(250), 2.5, 1.0), (resilience.SwitchThresholdLatency, resilience.SwitchThresholdPacketLoss, resilience.QualityDegradationThreshold));
        Assert.Equal(TimeSpan.FromMinutes(1), resilience.InterfaceStabilityTime);
        Assert.Equal(
            new NetworkInterfaceOptions { BufferSize = 2 << 20, MinBufferSize = 1 << 20, ChunkSize = 20 << 20, TimeoutMultiplier = 2, Priority = 1 },
            options.NetworkInterfaces.Ethernet);
        Assert.Equal(new NetworkInterfacesOptions().FiveG with { Priority = 99 }, options.NetworkInterfaces.FiveG);
        Assert.Equal(new NetworkInterfacesOptions().Lte with { ChunkSize = 1 << 20 }, options.NetworkInterfaces.Lte);
        Assert.Equal(new NetworkInterfacesOptions().Wifi, options.NetworkInterfaces.Wifi);
        Assert.Equal(new HandoffOptions { SeamlessSwitching = false, ChunkRetryOnSwitch = false, SwitchNotificationEnabled = false }, options.Handoff);
        Assert.False(options.ClientOptimization.Enabled);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "server", "listen_address = \"localhost\"", "1:18: server.listen_address: \"localhost\" does not fit: write an address and a port, like \"127.0.0.1:8080\", \"[::1]:8080\" or \":8080\"." },
        { "server", "listen_address = true", "1:18: server.listen_address: a boolean does not fit here: write an address and a port, like \"127.0.0.1:8080\", \"[::1]:8080\" or \":8080\"." },
        { "server", "listen_address = 70000", "1:18: server.listen_address: \"70000\" does not fit: write an address and a port, like \"127.0.0.1:8080\", \"[::1]:8080\" or \":8080\"." },
        { "server", "storage_path = \"\"", "1:16: server.storage_path: \"\" does not fit: write text in quotes, not empty." },
        { "server", "storage_path = \"a\\u0000b\"", "1:16: server.storage_path: \"a\\u0000b\" does not fit: write text in quotes, not empty." },
        { "server", "base_path = \"upload\"", "1:13: server.base_path: \"upload\" does not fit: write a path like \"/\" or \"/upload/\", of letters, digits, - _ . and ~." },
        { "server", "max_upload_size = \"10 potatoes\"", "1:19: server.max_upload_size: \"10 potatoes\" does not fit: write a size, like \"512KB\", \"1.5 GB\" or a number of bytes." },
        { "server", "max_upload_size = -1", "1:19: server.max_upload_size: \"-1\" does not fit: write a size, like \"512KB\", \"1.5 GB\" or a number of bytes." },
        { "server", "max_upload_size = 1.5", "1:19: server.max_upload_size: a float does not fit here: write a size, like \"512KB\", \"1.5 GB\" or a number of bytes." },
        { "server", "max_upload_size = 0", "1:19: server.max_upload_size: \"0B\" is too small: write at least \"1B\"." },
        { "server", "trusted_proxies = \"127.0.0.1\"", "1:19: server.trusted_proxies: a string does not fit here: write a list of addresses or blocks, like [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]." },
        { "server", "trusted_proxies = [\"127.0.0.1\", 5]", "1:33: server.trusted_proxies: an integer does not fit here: write a list of addresses or blocks, like [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]." },
        { "server", "trusted_proxies = [\"10.0.0.1/8\"]", "1:20: server.trusted_proxies: \"10.0.0.1/8\" has bits beyond its prefix: write \"10.0.0.0/8\" for the block, or \"10.0.0.1\" for the address." },
        { "server", "tls_cert_file = \"c.pem\"", "1:1: server.tls_cert_file: a certificate needs its private key: set tls_key_file, too." },
        { "server", "tls_key_file = \"k.pem\"", "1:1: server.tls_key_file: a private key needs its certificate: set tls_cert_file, too." },
        { "uploads", "durability = \"disk\"", "1:14: uploads.durability: \"disk\" does not fit: write \"process\" or \"power\"." },
        { "uploads", "session_timeout = 30", "1:19: uploads.session_timeout: an integer does not fit here: write a duration with its unit, like \"500ms\", \"30s\", \"5m\", \"24h\", \"7d\" or \"1h30m\"." },
        { "uploads", "session_timeout = \"0\"", "1:19: uploads.session_timeout: \"0\" is too short: write at least \"1s\"." },
        { "uploads", "file_ttl = \"40000d\"", "1:12: uploads.file_ttl: \"40000d\" is too long: write at most \"36500d\"." },
        { "uploads", "deduplication = \"true\"", "1:17: uploads.deduplication: \"true\" does not fit: write true or false, without quotes." },
        { "uploads", "deduplication = 1", "1:17: uploads.deduplication: an integer does not fit here: write true or false, without quotes." },
        { "network_resilience", "interface_priority = [\"eth0\", \"\"]", "1:31: network_resilience.interface_priority: \"\" does not fit: write a list of interface names, like [\"eth0\", \"wlan0\"]." },
        { "network_resilience", "interface_priority = [\"eth0\", \"eth0\"]", "1:31: network_resilience.interface_priority: \"eth0\" stands in the list twice: remove one." },
        { "network_resilience", "force_interface = \"eth/0\"", "1:19: network_resilience.force_interface: \"eth/0\" does not fit: write the name of an interface, like \"eth0\", or \"\" for none." },
        { "network_resilience", "switch_threshold_packet_loss = 101", "1:32: network_resilience.switch_threshold_packet_loss: 101 is out of range: write a percentage from 0 to 100, like 5.0 or \"5%\"." },
        { "network_resilience", "switch_threshold_packet_loss = nan", "1:32: network_resilience.switch_threshold_packet_loss: NaN is out of range: write a percentage from 0 to 100, like 5.0 or \"5%\"." },
        { "network_resilience", "switch_threshold_packet_loss = \"five\"", "1:32: network_resilience.switch_threshold_packet_loss: \"five\" does not fit: write a percentage from 0 to 100, like 5.0 or \"5%\"." },
        { "network_resilience", "quality_degradation_threshold = -0.1", "1:33: network_resilience.quality_degradation_threshold: -0.1 is out of range: write a number from 0 to 1, without quotes." },
        { "network_resilience", "quality_degradation_threshold = inf", "1:33: network_resilience.quality_degradation_threshold: Infinity is out of range: write a number from 0 to 1, without quotes." },
        { "network_interfaces.wifi", "buffer_size = \"1GB\"", "1:15: network_interfaces.wifi.buffer_size: \"1GB\" is too large: write at most \"64MB\"." },
        { "network_interfaces.wifi", "priority = 1.5", "1:12: network_interfaces.wifi.priority: a float does not fit here: write a whole number from 0 to 1000, without quotes." },
        { "network_interfaces.wifi", "priority = 1001", "1:12: network_interfaces.wifi.priority: 1001 is out of range: write a whole number from 0 to 1000, without quotes." },
        { "network_interfaces.wifi", "timeout_multiplier = 0", "1:22: network_interfaces.wifi.timeout_multiplier: 0 is out of range: write a number from 0.1 to 100, without quotes." },
        { "network_interfaces.wifi", "min_buffer_size = \"1MB\"", "1:1: network_interfaces.wifi.min_buffer_size: 1MB is more than buffer_size (512KB): lower it, or raise buffer_size." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_wrong_value_is_refused_with_its_place(string section, string line, string expected)
    {
        var place = expected[2..];
        Assert.Equal($"config.toml:2:{place}", OneError($"[{section}]\n{line}\n"));
    }

    [Fact]
    public void A_wrong_value_leaves_the_default()
    {
        var result = Read("[server]\nmax_upload_size = \"?\"\nbase_path = \"/x/\"\n");
        Assert.Equal(10 * ByteSize.GB, result.Options.Server.MaxUploadSize);
        Assert.Equal("/x/", result.Options.Server.BasePath);
        Assert.Equal(OptionOrigin.Default, result.OriginOf("server.max_upload_size"));
    }

    [Fact]
    public void Every_error_is_reported_in_the_order_of_the_file()
    {
        var result = Read("""
            [uploads]
            durability = 1
            [server]
            trusted_proxies = ["a", "b"]
            max_upload_size = "x"
            [[security]]
            [handoff]
            seamless_switching = "yes"
            """, ("HFS_UPLOADS__FILE_TTL", "soon"));
        Assert.Equal(
            ["uploads.durability 2", "server.trusted_proxies 4", "server.trusted_proxies 4", "server.max_upload_size 5", "security 6", "handoff.seamless_switching 8", "uploads.file_ttl "],
            result.Errors.Select(e => $"{e.Key} {e.Line}"));
        Assert.Equal([20, 25], result.Errors.Where(e => e.Line == 4).Select(e => e.Column!.Value));
    }

    [Theory]
    [InlineData("server = 5", "config.toml:1:1: server: an integer does not fit here: write [server] once, and its keys below it.")]
    [InlineData("[[server]]", "config.toml:1:3: server: an array of tables does not fit here: write [server] once, and its keys below it.")]
    [InlineData("[network_interfaces]\nwifi = \"fast\"", "config.toml:2:1: network_interfaces.wifi: a string does not fit here: write [network_interfaces.wifi] once, and its keys below it.")]
    [InlineData("[server\nx = 1", "config.toml:1:8: A [header] ends with ] on the same line.")]
    public void What_is_no_section_is_refused(string toml, string expected) => Assert.Equal(expected, OneError(toml));

    [Fact]
    public void A_lower_buffer_takes_its_default_minimum_with_it()
    {
        var wifi = Valid("[network_interfaces]\nwifi = { buffer_size = \"64KB\" }").NetworkInterfaces.Wifi;
        Assert.Equal((64 * 1024, 64 * 1024), (wifi.MinBufferSize, wifi.BufferSize));
    }

    [Fact]
    public void Bytes_are_read_like_text_and_bad_ones_are_an_error()
    {
        var none = new Dictionary<string, string>();
        Assert.Equal("/x/", ConfigurationReader.ReadUtf8("[server]\nbase_path = '/x'"u8, "c", none).Options.Server.BasePath);
        var broken = ConfigurationReader.ReadUtf8([(byte)'#', 0xFF], "c", none);
        Assert.Equal("c:1:2: Byte 0xFF is not UTF-8 here: save the file as UTF-8.", Assert.Single(broken.Errors).ToString());
    }

    [Theory]
    [InlineData("\"adaptive\"", 0)]
    [InlineData("\"1MB\"", 1 << 20)]
    [InlineData("8192", 8192)]
    public void The_receive_buffer_adapts_or_has_a_size(string written, int bytes) => Assert.Equal(bytes, Valid($"[server]\nreceive_buffer = {written}").Server.ReceiveBuffer);

    [Theory]
    [InlineData("\"large\"", "write \"adaptive\", or a fixed size like \"64KB\"")]
    [InlineData("\"1KB\"", "write at least \"4KB\"")]
    [InlineData("0", "write at least \"4KB\"")]
    [InlineData("\"1GB\"", "write at most \"16MB\"")]
    [InlineData("true", "write \"adaptive\"")]
    public void A_receive_buffer_that_is_neither_is_refused(string written, string advice) =>
        Assert.Contains(advice, OneError($"[server]\nreceive_buffer = {written}"), StringComparison.Ordinal);
}
