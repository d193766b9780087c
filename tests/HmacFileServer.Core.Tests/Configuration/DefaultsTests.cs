using System.Reflection;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Storage;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>What holds when nobody configured anything.</summary>
public sealed class DefaultsTests : ConfigurationTestBase
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[server]\n[security]\n[network_interfaces]\nwifi = {}\n")]
    public void No_text_is_a_valid_configuration(string? toml)
    {
        var options = Valid(toml);
        Assert.Equal("127.0.0.1:8080", options.Server.ListenAddress.ToString());
        Assert.Equal("./data", options.Server.StoragePath);
        Assert.Equal("/", options.Server.BasePath);
        Assert.Equal(10L * 1024 * 1024 * 1024, options.Server.MaxUploadSize);
        Assert.Null(options.Server.TlsCertFile);
        Assert.Null(options.Server.TlsKeyFile);
        Assert.Empty(options.Server.TrustedProxies);
        Assert.Equal((128, TimeSpan.FromSeconds(60), 50_000), (options.Server.MinDataRate, options.Server.MinDataRateGrace, options.Server.MaxConnections));
        Assert.Equal((8 * 1024, 32 * 1024, 100, TimeSpan.FromSeconds(30)),
            (options.Server.MaxRequestLineSize, options.Server.MaxHeadersSize, options.Server.MaxHeaders, options.Server.HeadersTimeout));
        Assert.Equal((100_000, 20_000, 256), (options.Uploads.MaxUnfinished, options.Uploads.MaxRequests, options.Uploads.MaxRequestsPerUpload));
        Assert.Null(options.Security.Secret);
        Assert.Empty(options.Security.PreviousSecrets);
        Assert.Equal(Durability.Process, options.Uploads.Durability);
        Assert.Equal(TimeSpan.FromHours(24), options.Uploads.SessionTimeout);
        Assert.Equal(TimeSpan.Zero, options.Uploads.FileTtl);
        Assert.True(options.Uploads.Deduplication);
        Assert.Equal(100L * 1024 * 1024, options.Uploads.MinFreeBytes);
        Assert.True(options.NetworkResilience.Enabled);
        Assert.True(options.NetworkResilience.MultiInterfaceEnabled);
        Assert.Empty(options.NetworkResilience.InterfacePriority);
        Assert.True(options.NetworkResilience.AutoSwitchEnabled);
        Assert.Null(options.NetworkResilience.ForceInterface);
        Assert.Equal(TimeSpan.FromMilliseconds(500), options.NetworkResilience.SwitchThresholdLatency);
        Assert.Equal(5.0, options.NetworkResilience.SwitchThresholdPacketLoss);
        Assert.Equal(0.3, options.NetworkResilience.QualityDegradationThreshold);
        Assert.Equal(TimeSpan.FromSeconds(30), options.NetworkResilience.InterfaceStabilityTime);
        Assert.True(options.NetworkResilience.PredictiveSwitching);
        Assert.True(options.Handoff.SeamlessSwitching);
        Assert.True(options.Handoff.ChunkRetryOnSwitch);
        Assert.True(options.Handoff.SwitchNotificationEnabled);
        Assert.True(options.ClientOptimization.Enabled);
    }

    [Theory]
    [InlineData(InterfaceType.Ethernet, 512, 1024, 10240, 1.0, 10)]
    [InlineData(InterfaceType.Wifi, 256, 512, 5120, 1.2, 20)]
    [InlineData(InterfaceType.FiveG, 256, 512, 4096, 1.5, 25)]
    [InlineData(InterfaceType.Lte, 128, 256, 2048, 2.0, 30)]
    [InlineData(InterfaceType.Satellite, 256, 512, 2048, 3.0, 35)]
    [InlineData(InterfaceType.Cellular, 64, 128, 512, 3.0, 40)]
    [InlineData(InterfaceType.Vpn, 128, 256, 2048, 1.5, 50)]
    [InlineData(InterfaceType.Loopback, 512, 1024, 10240, 1.0, 10)]
    [InlineData(InterfaceType.Unknown, 512, 1024, 10240, 1.0, int.MaxValue)]
    public void Each_kind_of_network_has_its_row(InterfaceType type, int minBufferKb, int bufferKb, int chunkKb, double timeout, int priority)
    {
        var options = Valid(null).NetworkInterfaces.For(type);
        Assert.Equal((minBufferKb * 1024, bufferKb * 1024, chunkKb * 1024), (options.MinBufferSize, options.BufferSize, options.ChunkSize));
        Assert.Equal((timeout, priority), (options.TimeoutMultiplier, options.Priority));
    }

    [Fact]
    public void The_records_agree_with_the_reader() =>
        Assert.Equal(ConfigurationReport.ToToml(Read(null)), ConfigurationReport.ToToml(Read(null) with { Options = new HmacFileServerOptions() }));

    [Fact]
    public void Every_property_of_every_section_is_an_option()
    {
        // A property without its attribute could not be configured, and nobody would notice.
        Assert.Equal(Properties(typeof(HmacFileServerOptions)).Count(), ConfigurationReport.Options.Count);
    }

    [Fact]
    public void Every_option_can_be_found_and_is_described()
    {
        var options = ConfigurationReport.Options;
        Assert.Equal(options.Count, options.Select(o => o.Key).Distinct().Count());
        Assert.Equal(options.Count, options.Select(o => o.EnvironmentVariable).Distinct().Count());
        Assert.All(options, o => Assert.InRange(o.Description.Length, 10, 120));
        Assert.All(options, o => Assert.EndsWith(".", o.Description, StringComparison.Ordinal));
        Assert.Contains(options, o => o.Key == "network_interfaces.5g.chunk_size" && o.EnvironmentVariable == "HFS_NETWORK_INTERFACES__5G__CHUNK_SIZE" && o.Default == "\"4MB\"");
    }

    private static IEnumerable<PropertyInfo> Properties(Type section)
    {
        foreach (var property in section.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var isSection = property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal);
            foreach (var inner in isSection ? Properties(property.PropertyType) : [property])
                yield return inner;
        }
    }
}
