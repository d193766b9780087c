using System.Diagnostics;
using System.Text.Json;
using HmacFileServer.Lab.Scenarios;
using HmacFileServer.Lab.Topology;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>`--metered-limit` beside networks that cost nothing: wwan0 is LTE.</summary>
public sealed class MeteredLimitTests
{
    private const long FileBytes = 40_000_000;

    [Fact]
    public async Task A_metered_network_carries_what_it_may_and_then_no_more()
    {
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        using var folder = new TemporaryFolder();
        await using var lab = await NetworkLab.StartAsync(LabSpec.ThreeLinks);
        var paths = ProductPaths.Find();
        var server = await ProductServer.StartAsync(lab, paths.Server, folder.Path);
        await using (var file = File.Create(folder["f"]))
            file.SetLength(FileBytes);

        Assert.Equal(0, await MeteredBytesAsync());
        // What is under way when the limit is reached is finished: a segment, and the one behind it.
        Assert.InRange(await MeteredBytesAsync("--metered-limit", "1MB"), 1, 5 * 1024 * 1024);

        async Task<long> MeteredBytesAsync(params string[] arguments)
        {
            var start = new ProcessStartInfo(paths.Client, ["put", folder["f"], server.BaseUrl + server.Slot("f", FileBytes), "--json", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["HFS_STATE"] = folder["state"];
            var process = lab.Client.Start(start);
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            using var json = JsonDocument.Parse(await output);
            return json.RootElement.GetProperty("paths").EnumerateArray().Where(p => p.GetProperty("interface").GetString() == "wwan0").Sum(p => p.GetProperty("bytes").GetInt64());
        }
    }
}
