using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>`interface_types`: kinds that the system does not tell.</summary>
public sealed class InterfaceTypeTests : ConfigurationTestBase
{
    [Fact]
    public void Kinds_read_from_the_file_and_from_the_environment()
    {
        InterfaceTypeOverride[] expected = [new("wwan0", InterfaceType.FiveG), new("eth1", InterfaceType.Satellite)];
        Assert.Equal(expected, Valid("[network_resilience]\ninterface_types = [\"wwan0=5g\", \"eth1 = satellite\"]").NetworkResilience.InterfaceTypes);
        Assert.Equal(expected, Valid(null, ("HFS_NETWORK_RESILIENCE__INTERFACE_TYPES", "wwan0=5g, eth1=satellite")).NetworkResilience.InterfaceTypes);
        Assert.Empty(new NetworkResilienceOptions().InterfaceTypes);
    }

    [Theory]
    [InlineData("wwan0")]
    [InlineData("=5g")]
    [InlineData("wwan0=6g")]
    [InlineData("wwan0=unknown")]
    [InlineData("lo=loopback")]
    [InlineData("a/b=wifi")]
    public void What_names_no_kind_is_refused_with_the_kinds_there_are(string text) =>
        Assert.Contains("satellite", OneError($"[network_resilience]\ninterface_types = [\"{text}\"]"), StringComparison.Ordinal);

    [Fact]
    public void Two_kinds_for_one_interface_are_refused() =>
        Assert.Contains("5g and lte", OneError("[network_resilience]\ninterface_types = [\"wwan0=5g\", \"wwan0=lte\"]"), StringComparison.Ordinal);
}
