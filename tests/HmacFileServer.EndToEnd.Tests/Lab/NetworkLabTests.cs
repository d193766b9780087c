using System.Diagnostics;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>Labs come and go without a trace.</summary>
[Collection(NetworkLabCollection.Name)]
public sealed class NetworkLabTests
{
    [Fact]
    public async Task Programs_see_their_own_host_and_end_with_the_lab()
    {
        Process sleeper;
        string name;
        await using (var lab = await LabUnderTest.StartAsync("eth0", "wlan0", "wwan0"))
        {
            name = lab.Name;
            var (exit, output, _) = await lab.Client.RunAsync("ls", "/sys/class/net");
            Assert.Equal(0, exit);
            Assert.Equal(["eth0", "lo", "wlan0", "wwan0"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal("tool", (await lab.Server.RunAsync("sh", "-c", "echo tool; exit 3")).Output.Trim());
            Assert.Equal(3, (await lab.Server.RunAsync("sh", "-c", "exit 3")).ExitCode);
            sleeper = Process.GetProcessById(lab.Server.Start(new ProcessStartInfo("sleep", ["1000"])).Id);
            Assert.False(sleeper.HasExited);
        }
        Assert.True(sleeper.HasExited);
        Assert.Empty(Directory.EnumerateFiles("/run/netns", name + "*"));
    }

    [Fact]
    public async Task What_a_crashed_lab_left_is_cleaned_and_what_a_live_one_has_is_not()
    {
        await using var live = await LabUnderTest.StartAsync("eth0");
        using var dead = Process.Start("true");
        await dead.WaitForExitAsync();
        var stale = $"hfs{dead.Id}-1-client";
        await IpCommand.RunAsync("netns", "add", stale);
        using var orphan = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", stale, "sh", "-c", "echo inside; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        Assert.Equal("inside", await orphan.StandardOutput.ReadLineAsync());
        await using var other = await LabUnderTest.StartAsync("eth0");
        try
        {
            Assert.False(File.Exists($"/run/netns/{stale}"));
            await orphan.WaitForExitAsync().WaitAsync(LabUnderTest.Patience);
        }
        finally
        {
            orphan.Kill(); // nothing happens if it has ended
        }
        Assert.True(File.Exists($"/run/netns/{live.Client.Namespace}"));
        Assert.NotEqual(live.Name, other.Name);
    }

    [Fact]
    public async Task An_unknown_link_is_named_with_those_that_there_are()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0", "ppp0");
        Assert.Contains("eth0, ppp0", Assert.Throws<KeyNotFoundException>(() => lab.Link("eth1")).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FormatException>(() => lab.Link("eth0").SetAsync("rate=fast"));
    }
}
