using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.CommandLine;

/// <summary>Uploads as a person makes them.</summary>
public sealed class UploadCommandTests : IDisposable
{
    private const int Length = 30_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly HfsProgram _hfs;

    public UploadCommandTests() => _hfs = new HfsProgram(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ctrl_C_leaves_an_upload_that_goes_on_by_its_id()
    {
        await using var server = await StartAsync();
        var bytes = RandomNumberGenerator.GetBytes(Length);
        await File.WriteAllBytesAsync(_folder["big.bin"], bytes);
        await using (var process = _hfs.Start("put", _folder["big.bin"], server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"], "--bwlimit", "6MB", "--json-lines"))
        {
            await process.WaitForLineAsync(IsUnderWay, "progress", TimeSpan.FromSeconds(30));
            await ChildProcess.RunAsync("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)], TimeSpan.FromSeconds(10));
            Assert.Equal(130, await process.WaitForExitAsync(TimeSpan.FromSeconds(20)));
            Assert.Contains("hfs resume ", process.Output, StringComparison.Ordinal);
        }
        using var status = JsonDocument.Parse((await _hfs.RunAsync("status", "--json")).Standard);
        var one = Assert.Single(status.RootElement.EnumerateArray());
        Assert.Equal("unfinished", one.GetProperty("state").GetString());

        var (code, output, json) = await _hfs.RunAsync("resume", one.GetProperty("id").GetString()!, "--json");

        Assert.True(code == 0, output);
        using var result = JsonDocument.Parse(json);
        Assert.True(result.RootElement.GetProperty("held_bytes").GetInt64() > 0);
        Assert.Equal(0, result.RootElement.GetProperty("resent_bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), result.RootElement.GetProperty("sha256").GetString());
        Assert.Equal("[]", (await _hfs.RunAsync("status", "--json")).Standard.Trim());
    }

    [Fact]
    public async Task Folders_patterns_and_files_go_together_and_one_that_fails_does_not_stop_the_others()
    {
        await using var server = await StartAsync();
        Directory.CreateDirectory(_folder["tree/below"]);
        foreach (var name in (string[])["tree/a.txt", "tree/below/b.txt", "one.log", "two.log", "three.dat"])
            await File.WriteAllTextAsync(_folder[name], name);
        var (code, output, json) = await _hfs.RunAsync("put", _folder["tree"], _folder["*.log"], server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"], "--json");
        Assert.True(code == 0, output);
        Assert.Equal(4, json.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(1, (await _hfs.RunAsync("put", _folder["*.none"], server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"])).Code);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_with_code_3()
    {
        await using var server = await StartAsync();
        await File.WriteAllTextAsync(_folder["f"], "x");
        await File.WriteAllTextAsync(_folder["wrong"], "not the secret at all");
        var (code, output, _) = await _hfs.RunAsync("put", _folder["f"], server.BaseUrl.AbsoluteUri, "--secret-file", _folder["wrong"]);
        Assert.Equal(3, code);
        Assert.Contains("Ask for a new slot", output, StringComparison.Ordinal);
    }

    /// <summary>Bytes have arrived: the first line comes before any has been sent, and then there is nothing to go on with yet.</summary>
    private static bool IsUnderWay(string line)
    {
        if (!line.StartsWith('{'))
            return false;
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString() == "progress" && json.RootElement.GetProperty("done_bytes").GetInt64() > 1 << 20;
    }

    private async Task<ServerUnderTest> StartAsync()
    {
        var server = await ServerUnderTest.StartAsync();
        await File.WriteAllTextAsync(_folder["secret"], server.Secret);
        return server;
    }
}
