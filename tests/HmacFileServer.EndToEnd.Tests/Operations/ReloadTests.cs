using System.Net;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>SIGHUP: the secret changes without a pause.</summary>
public sealed class ReloadTests : IDisposable
{
    private const string First = "the first of the secrets";
    private const string Second = "the second of the secrets";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly IPEndPoint _endPoint = new(LoopbackAddress.Next(), 8080);
    private int _count;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_secret_is_changed_without_a_pause_and_a_broken_file_changes_nothing()
    {
        var config = _folder["config.toml"];
        await File.WriteAllTextAsync(config, $"[security]\nsecret = \"{First}\"\n");
        await using var server = ChildProcess.Start(ServerUnderTest.Program, ["run", "--config", config, "--listen", _endPoint.ToString(), "--data", _folder["data"]]);
        await server.WaitForLineAsync("Data is kept in", Limit);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Forbidden), (await PutAsync(First), await PutAsync(Second)));

        await File.WriteAllTextAsync(config, $"[security]\nsecret = \"{Second}\"\nprevious_secrets = [\"{First}\"]\n[server]\nmax_upload_size = \"1MB\"\n");
        await HangUpAsync(server);
        await server.WaitForLineAsync("In force now: security.secret, security.previous_secrets", Limit);
        await server.WaitForLineAsync("In force at the next start: server.max_upload_size", Limit);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (await PutAsync(First), await PutAsync(Second)));

        await File.WriteAllTextAsync(config, $"[security]\nsecret = \"{First}\"\nallow_anonymous = perhaps\n");
        await HangUpAsync(server);
        await server.WaitForLineAsync("Nothing has changed", Limit);
        await File.WriteAllTextAsync(config, $"[security]\nsecret = \"{Second}\"\n");
        await HangUpAsync(server);
        await server.WaitForLineAsync(l => l.EndsWith("In force now: security.previous_secrets", StringComparison.Ordinal), "the third reading", Limit);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Created), (await PutAsync(First), await PutAsync(Second)));

        Assert.DoesNotContain(First, server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Second, server.Output, StringComparison.Ordinal);
    }

    private static Task HangUpAsync(ChildProcess server) =>
        ChildProcess.RunAsync("/bin/kill", ["-HUP", server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], Limit);

    private async Task<HttpStatusCode> PutAsync(string secret)
    {
        var path = SlotPath.FromDecodedSegments([$"s{++_count}", "f"])!;
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_endPoint}/") };
        using var content = new ByteArrayContent([1, 2, 3]);
        using var answer = await http.PutAsync($"s{_count}/f?{new SlotMinter(new SlotSecrets(secret)).Mint(SlotVariant.V1, path, 3)}", content);
        return answer.StatusCode;
    }
}
