using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>docs/operators/migration.md, step by step: its commands are run as they stand there, with the test's own folders and user.</summary>
public sealed class MigrationTests : IDisposable
{
    private const string Shell = "/bin/sh";
    private const string Secret = "as in the Go server";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // What its example configuration has, as operators have it.
    private const string GoConfiguration = """
        [server]
        listen_address = "8080"
        bind_ip = "ADDRESS"
        storage_path = "FOLDER"
        max_upload_size = "10GB"
        deduplication_enabled = true
        file_ttl = "1y"
        metrics_enabled = true
        [security]
        secret = "SECRET"
        enablejwt = false
        [uploads]
        allowed_extensions = [".txt", ".jpg"]
        chunked_uploads_enabled = true
        [clamav]
        clamavenabled = false
        [network_resilience]
        enabled = true
        fast_detection = true
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_files_and_the_configuration_of_the_Go_server_are_taken_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the commands are those of Linux");
        var (old, data, address) = (_folder["old"], _folder["data"], LoopbackAddress.Next());
        Directory.CreateDirectory(Path.Combine(old, "slot1"));
        var content = RandomNumberGenerator.GetBytes(100_000);
        await File.WriteAllBytesAsync(Path.Combine(old, "slot1", "a name é.jpg"), content);
        await File.WriteAllTextAsync(_folder["config.toml"], GoConfiguration
            .Replace("ADDRESS", address.ToString(), StringComparison.Ordinal).Replace("FOLDER", data, StringComparison.Ordinal).Replace("SECRET", Secret, StringComparison.Ordinal));

        var check = ChildProcess.Start(ServerUnderTest.Program, ["check-config", "--config", _folder["config.toml"]]);
        await using (check)
            Assert.True(await check.WaitForExitAsync(Limit) == 0, check.Output);
        foreach (var named in (string[])["deduplication_enabled", "enablejwt", "allowed_extensions", "clamav", "fast_detection"])
            Assert.Contains(named, check.Output, StringComparison.Ordinal);
        await ChildProcess.RunAsync(Shell, ["-ec", await CommandsAsync(old, data)], Limit);
        await using var server = ChildProcess.Start(ServerUnderTest.Program, ["--config", _folder["config.toml"]]);
        await server.WaitForLineAsync($"Listening on http://{address}:8080", Limit);

        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}:8080/") };
        using var answer = await http.GetAsync("slot1/a%20name%20%C3%A9.jpg");
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        var path = SlotPath.FromDecodedSegments(["slot2", "new.txt"])!;
        var query = new SlotMinter(new SlotSecrets(Secret)).Mint(SlotVariant.V2, path, 3, "text/plain");
        using var body = new ByteArrayContent("abc"u8.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        Assert.Equal(HttpStatusCode.Created, (await http.PutAsync($"slot2/new.txt?{query}", body)).StatusCode);
        var taken = SlotPath.FromDecodedSegments(["slot1", "a name é.jpg"])!;
        query = new SlotMinter(new SlotSecrets(Secret)).Mint(SlotVariant.V1, taken, 3);
        Assert.Equal(HttpStatusCode.Conflict, (await http.PutAsync($"{SlotUrl.EncodePath(taken)}?{query}", new ByteArrayContent("abc"u8.ToArray()))).StatusCode);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(old, "slot1", "a name é.jpg"))); // the way back is open
    }

    /// <summary>The indented lines of step 3.</summary>
    private static async Task<string> CommandsAsync(string old, string data)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(OperatorSnippet.Folder, "migration.md"));
        var commands = lines.Where(l => l.StartsWith("       ", StringComparison.Ordinal)).Select(l => l.Trim()).ToList();
        Assert.True(commands.Count == 3, string.Join('\n', commands));
        return new OperatorSnippet(string.Join('\n', commands))
            .With("/var/lib/hmac-file-server", data)
            .With("/srv/old-uploads", old)
            .With("-o hmac-file-server -g hmac-file-server", "-o \"$(id -un)\" -g \"$(id -gn)\"")
            .With("chown -R hmac-file-server:", "chown -R \"$(id -un)\":")
            .Text;
    }
}
