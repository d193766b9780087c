using System.Text.Json;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.CommandLine;

/// <summary>What a person reads when something is wrong: each text says what to do.</summary>
public sealed class ErrorTextTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly HfsProgram _hfs;

    public ErrorTextTests()
    {
        _hfs = new HfsProgram(_folder);
        File.WriteAllText(_folder["f"], "a file");
        File.WriteAllText(_folder["secret"], "end to end");
        File.WriteAllText(_folder["wrong"], "another secret");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_server() => await ExpectAsync(1, "Check the URL, and that the server runs", $"http://{LoopbackAddress.Next()}:9/", "--secret-file", _folder["secret"]);

    [Fact]
    public async Task Unknown_host() => await ExpectAsync(1, "Check the URL, and that a network is up", "http://no-such-host.invalid/", "--secret-file", _folder["secret"]);

    [Fact]
    public async Task Unknown_interface() => await ExpectAsync(2, "'hfs interfaces' lists what there is", $"http://{LoopbackAddress.Next()}:9/", "--secret-file", _folder["secret"], "-i", "none0");

    [Fact]
    public async Task Unknown_interface_of_a_download()
    {
        var (code, output, _) = await _hfs.RunAsync("get", $"http://{LoopbackAddress.Next()}:9/f", "-i", "none0");
        Assert.Contains("'hfs interfaces' lists what there is", output, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("put", "http://198.18.0.1:8080/files/", "--protocol", "tus")]
    [InlineData("get", "http://198.18.0.1:8080/files/f")]
    public async Task No_network(string command, params string[] arguments)
    {
        await using var process = await StartWithoutNetworkAsync([command, .. command == "put" ? [_folder["f"]] : (string[])[], .. arguments]);
        Assert.Equal(1, await process.WaitForExitAsync(Patience));
        Assert.Contains("No network leads to 198.18.0.1. Check that one is up", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_network_for_an_upload_that_can_wait()
    {
        await using var process = await StartWithoutNetworkAsync("put", _folder["f"], "http://198.18.0.1:8080/", "--secret-file", _folder["secret"]);
        await process.WaitForLineAsync("no network leads to the server: waiting for one", Patience);
    }

    [Fact]
    public async Task Wrong_secret()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await ExpectAsync(3, "the secret in --secret-file is not the server's", server.BaseUrl.AbsoluteUri, "--secret-file", _folder["wrong"]);
    }

    [Fact]
    public async Task A_slot_for_another_length()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await ExpectAsync(3, "Ask for a new slot", server.Slot("s", "f", 1_000));
    }

    [Fact]
    public async Task Nothing_to_show()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await ExpectAsync(3, "Give --token-file, or ask for a slot", new Uri(server.BaseUrl, "files/").AbsoluteUri, "--protocol", "tus");
    }

    [Fact]
    public async Task A_file_that_is_too_large()
    {
        await File.WriteAllBytesAsync(_folder["f"], new byte[1000], TestContext.Current.CancellationToken);
        await using var server = await ServerUnderTest.StartAsync(settings: new Dictionary<string, string> { ["HFS_SERVER__MAX_UPLOAD_SIZE"] = "500" });
        await ExpectAsync(3, "larger than the server accepts", server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"]);
    }

    [Fact]
    public async Task A_full_disk_on_the_server()
    {
        // No disk has this much left beside what is kept free.
        await using var server = await ServerUnderTest.StartAsync(settings: new Dictionary<string, string> { ["HFS_UPLOADS__MIN_FREE_BYTES"] = "8000000TB" });
        await ExpectAsync(1, "The server's disk is full", server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"]);
    }

    [Fact]
    public async Task A_download_goes_to_standard_output_and_nothing_else_does()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (_, _, json) = await _hfs.RunAsync("put", _folder["f"], server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"], "--json");
        using var put = JsonDocument.Parse(json);
        var url = put.RootElement.GetProperty("url").GetString()!;

        var (code, output, standard) = await _hfs.RunAsync("get", url, "-o", "-");
        Assert.True(code == 0, output);
        Assert.Equal("a file", standard.TrimEnd('\n')); // lines are what a child's output is read by
        Assert.Empty(Directory.GetFiles(_folder["state"], "*get-*"));
        Assert.Equal(2, (await _hfs.RunAsync("get", url, "-o", "-", "--json")).Code);
    }

    [Fact]
    public async Task Without_a_checksum_the_digest_is_the_servers()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var (code, output, json) = await _hfs.RunAsync("put", _folder["f"], server.BaseUrl.AbsoluteUri, "--secret-file", _folder["secret"], "--json", "--checksum", "none");
        Assert.True(code == 0, output);
        using var put = JsonDocument.Parse(json);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a file"u8)), put.RootElement.GetProperty("sha256").GetString());
    }

    /// <summary>In a network namespace of its own, which has nothing but a loopback interface that is down.</summary>
    private async Task<ChildProcess> StartWithoutNetworkAsync(params string[] arguments)
    {
        try
        {
            await ChildProcess.RunAsync("unshare", ["-n", "true"], Patience);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Assert.Skip($"No network namespace can be made here: {e.Message}");
        }
        return ChildProcess.Start("unshare", ["-n", HfsProgram.Path, .. arguments], environment: new Dictionary<string, string> { ["HFS_STATE"] = _folder["state"] });
    }

    private async Task ExpectAsync(int code, string text, params string[] arguments)
    {
        var (ended, output, standard) = await _hfs.RunAsync(["put", _folder["f"], .. arguments]);
        Assert.Contains(text, output, StringComparison.Ordinal);
        Assert.Equal(code, ended);
        Assert.Empty(standard); // what is wrong is told on standard error
    }
}
