using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>Short forms for reading a configuration in a test.</summary>
public abstract class ConfigurationTestBase
{
    protected static ConfigurationResult Read(string? toml, params (string Name, string Value)[] environment) =>
        ConfigurationReader.Read(toml, "config.toml", environment.ToDictionary(v => v.Name, v => v.Value));

    protected static HmacFileServerOptions Valid(string? toml, params (string Name, string Value)[] environment)
    {
        var result = Read(toml, environment);
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.True(result.IsValid);
        return result.Options;
    }

    protected static string OneError(string toml, params (string Name, string Value)[] environment)
    {
        var result = Read(toml, environment);
        Assert.Empty(result.Warnings);
        Assert.False(result.IsValid);
        return Assert.Single(result.Errors).ToString();
    }

    protected static string OneWarning(string toml, params (string Name, string Value)[] environment)
    {
        var result = Read(toml, environment);
        Assert.Empty(result.Errors);
        return Assert.Single(result.Warnings).ToString();
    }
}
