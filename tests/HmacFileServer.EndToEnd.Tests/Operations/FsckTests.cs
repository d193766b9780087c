using HmacFileServer.Core.Slots;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>`hmac-file-server fsck` as an operator runs it, on a folder that the server program filled.</summary>
public sealed class FsckTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_refuses_a_running_server_then_finds_damage_and_cures_what_can_be_cured()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await PutAsync(server, "sound", "sound");
        await PutAsync(server, "changed", "the very bytes");
        await PutAsync(server, "gone", "deleted behind the server's back");

        var (code, output) = await FsckAsync("--data", server.Data);
        Assert.Equal(2, code);
        Assert.Contains("Another server is using", output, StringComparison.Ordinal);

        await server.KillAsync();
        (code, output) = await FsckAsync("--data", server.Data);
        Assert.True(code == 0, output);
        Assert.Contains("3 files, 3 shared contents, 0 unfinished uploads", output, StringComparison.Ordinal);

        await using (var file = File.OpenWrite(Path.Combine(server.Data, "files", "s", "changed")))
            file.WriteByte((byte)'T');
        File.Delete(Path.Combine(server.Data, "files", "s", "gone"));

        (code, output) = await FsckAsync("--data", server.Data);
        Assert.Equal(1, code);
        Assert.Contains("DigestMismatch: s/changed", output, StringComparison.Ordinal);
        Assert.Contains("FileMissing: s/gone", output, StringComparison.Ordinal);
        Assert.Contains("BlobUnused", output, StringComparison.Ordinal);
        Assert.Contains("fsck --rebuild", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sound", output, StringComparison.Ordinal);

        // Names and lengths are right again then; the changed byte is for a person to judge.
        (code, output) = await FsckAsync("--data", server.Data, "--rebuild", "--remove-unused", "--quick");
        Assert.True(code == 0, output);
        Assert.Contains("The index was made again: 2 files.", output, StringComparison.Ordinal);
        Assert.Contains("Removed what no file uses: 2.", output, StringComparison.Ordinal);
        (code, output) = await FsckAsync("--data", server.Data);
        Assert.Equal(1, code);
        Assert.Contains("DigestMismatch: s/changed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_none_of_ours_is_refused_and_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();

        var (code, output) = await FsckAsync("--data", folder["mistyped"]);

        Assert.Equal(2, code);
        Assert.Contains("is no data folder of this server", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Equal(2, (await FsckAsync("--no-such-flag")).Code);
    }

    private static async Task PutAsync(ServerUnderTest server, string name, string content)
    {
        using var http = new HttpClient();
        using var body = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(content));
        using var response = await http.PutAsync(server.Slot("s", name, content.Length, SlotVariant.V1), body);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<(int Code, string Output)> FsckAsync(params string[] arguments)
    {
        await using var child = ChildProcess.Start(ServerUnderTest.Program, ["fsck", .. arguments]);
        var code = await child.WaitForExitAsync(Limit);
        return (code, child.Output);
    }
}
