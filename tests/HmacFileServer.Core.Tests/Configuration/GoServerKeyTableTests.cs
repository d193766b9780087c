using System.Text.RegularExpressions;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>The table of the Go server's keys keeps pace with ours: it never shadows one, and what it says to write can be written.</summary>
public sealed class GoServerKeyTableTests
{
    [Fact]
    public void No_key_of_ours_is_in_it() =>
        Assert.DoesNotContain(ConfigurationReport.Options, option => ConfigurationReport.GoServerKeys.Any(k => k.Key == option.Key));

    [Fact]
    public void The_keys_that_it_tells_to_write_are_keys_of_ours()
    {
        var ours = ConfigurationReport.Options.Select(o => o.Key.Split('.')[^1]).ToHashSet();
        var checkedNames = 0;
        foreach (var (path, text) in ConfigurationReport.GoServerKeys)
        {
            foreach (Match name in Regex.Matches(text, "[a-z]+(_[a-z]+)+"))
            {
                checkedNames++;
                Assert.True(ours.Contains(name.Value) || name.Value is "network_resilience" or "network_interfaces", $"{path}: {name.Value} is no key");
            }
        }
        Assert.InRange(checkedNames, 50, 1000);
    }
}
