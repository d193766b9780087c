using System.Net;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>The commands beside `run`, in processes of their own.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Secret = "nobody may read this in a report";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--print-config")]
    [InlineData("run", "--print-config")]
    [InlineData("check-config")]
    public async Task What_is_in_force_is_printed_with_its_origin_and_reads_back_to_the_same(params string[] command)
    {
        await File.WriteAllTextAsync(_folder["c.toml"], $$"""
            [server]
            base_path = "/upload/"
            trusted_proxies = ["10.0.0.0/8", "::1"]
            [security]
            secret = "{{Secret}}"
            api_tokens = ["{{Secret}} too"]
            jwt = "only"
            [uploads]
            file_ttl = "36h"
            min_free_bytes = "1.5GB"
            [network_interfaces]
            lte = { chunk_size = "3MB", priority = 5 }
            """);
        var environment = new Dictionary<string, string> { ["HFS_UPLOADS__DURABILITY"] = "power", ["HFS_SECURITY__PREVIOUS_SECRETS"] = Secret + " before" };
        string[] flags = ["--config", _folder["c.toml"], "--listen", "[::1]:1234"];

        var printed = await ChildProcess.RunAsync(ServerUnderTest.Program, [.. command, .. flags], Limit, environment: environment);

        Assert.DoesNotContain(Secret, printed, StringComparison.Ordinal);
        Assert.Contains("# secret: set, not shown  # c.toml:5", printed, StringComparison.Ordinal);
        Assert.Contains("base_path = \"/upload/\"  # c.toml:2", printed, StringComparison.Ordinal);
        Assert.Contains("durability = \"power\"  # HFS_UPLOADS__DURABILITY", printed, StringComparison.Ordinal);
        Assert.Contains("listen_address = \"[::1]:1234\"  # --listen", printed, StringComparison.Ordinal);
        Assert.Contains("deduplication = true  # default", printed, StringComparison.Ordinal);
        var all = ConfigurationReader.ReadUtf8(await File.ReadAllBytesAsync(_folder["c.toml"]), "c.toml", environment, [new OptionOverride("--listen", "server.listen_address", "[::1]:1234")]);
        var again = ConfigurationReader.Read(printed, "printed", new Dictionary<string, string>());
        Assert.Empty(again.Errors);
        Assert.Empty(again.Warnings);
        Assert.Equal(Values(ConfigurationReport.ToToml(all)), Values(ConfigurationReport.ToToml(again)));
        Assert.True(Values(printed).Count > 30);
        foreach (var option in ConfigurationReport.Options)
            Assert.Contains(option.Key[(option.Key.LastIndexOf('.') + 1)..], printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_file_is_told_of_and_fails()
    {
        await File.WriteAllTextAsync(_folder["c.toml"], "[security]\njwt = \"maybe\"\nsecret = \"short\"\n");
        await using var print = ChildProcess.Start(ServerUnderTest.Program, ["--print-config", "--config", _folder["c.toml"]]);
        Assert.Equal(1, await print.WaitForExitAsync(Limit));
        Assert.Contains("c.toml:2:7: security.jwt", print.Output, StringComparison.Ordinal);
        Assert.Contains("c.toml:3:10: security.secret", print.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("short\"", print.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_it_prints_opens_files_and_one_for_a_slot_opens_that_slot()
    {
        await using var server = await ServerUnderTest.StartAsync(Secret);
        var environment = new Dictionary<string, string> { ["HFS_SECURITY__SECRET"] = Secret };
        var token = (await ChildProcess.RunAsync(ServerUnderTest.Program, ["token", "--subject", "alice", "--expires", "1h"], Limit, environment: environment)).Trim();
        using var http = new HttpClient();
        using var create = new HttpRequestMessage(HttpMethod.Post, new Uri(server.BaseUrl, "files/")) { Content = new ByteArrayContent("abc"u8.ToArray()) };
        create.Headers.Add("Authorization", $"Bearer {token}");
        create.Headers.Add("Upload-Complete", "?1");
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync(create)).StatusCode);

        var slot = await ChildProcess.RunAsync(
            ServerUnderTest.Program, ["slot", "--variant", "jwt", "--name", "é +.bin", "--size", "3", "--url", server.BaseUrl.ToString()], Limit, environment: environment);
        var lines = slot.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var put = new HttpRequestMessage(HttpMethod.Put, lines[0]) { Content = new ByteArrayContent("abc"u8.ToArray()) };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PutAsync(lines[0], new ByteArrayContent("abc"u8.ToArray()))).StatusCode);
        put.Headers.Add("Authorization", lines[1]["Authorization: ".Length..]);
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync(put)).StatusCode);
    }

    [Theory]
    [InlineData("token", "--subject", "alice", "--expires", "0")]
    [InlineData("token", "--subject", "alice", "--expires", "10000000d")]
    [InlineData("token", "--subject", "")]
    [InlineData("slot", "--variant", "jwt", "--size", "3", "--name", "a/b/c")]
    [InlineData("slot", "--size", "3", "--name", "a", "--expires", "10000000d")]
    public async Task What_cannot_be_signed_is_a_matter_of_usage(params string[] command)
    {
        await using var child = ChildProcess.Start(ServerUnderTest.Program, [.. command, "--data", _folder["data"]]);
        Assert.Equal(2, await child.WaitForExitAsync(Limit));
        Assert.Contains("hmac-file-server", child.Output, StringComparison.Ordinal);
    }

    private static List<string> Values(string toml) =>
        [.. toml.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split("  # ")[0])];
}
