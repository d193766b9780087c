using System.Runtime.Versioning;
using HmacFileServer.Client.State;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.State;

public sealed class StateFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StateFolder _state;

    public StateFolderTests() => _state = StateFolder.Open(_folder["state"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/own", "/xdg", "/home", "/own")]
    [InlineData("", "/xdg", "/home", "/xdg/hfs")]
    [InlineData(null, "relative", "/home", "/home/.local/state/hfs")]
    [InlineData(null, null, "/home", "/home/.local/state/hfs")]
    public void The_place_is_what_the_environment_says(string? own, string? xdg, string? home, string expected) =>
        Assert.Equal(expected, StateFolder.DefaultPath(name => name switch { "HFS_STATE" => own, "XDG_STATE_HOME" => xdg, "HOME" => home, _ => null }));

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_its_owner_can_read_it()
    {
        Keep();
        const UnixFileMode others = (UnixFileMode)0b111_111;
        var all = Directory.EnumerateFileSystemEntries(_state.Path, "*", SearchOption.AllDirectories).Append(_state.Path).ToList();
        Assert.True(all.Count >= 3);
        Assert.All(all, path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others));
    }

    [Fact]
    public void What_was_kept_is_read_again()
    {
        var record = Keep();
        var read = StateFolder.Open(_state.Path).Read(record.Id)!;
        Assert.Equal(record with { Parts = [] }, read with { Parts = [] });
        Assert.Equal(record.Parts, read.Parts);
    }

    [Fact]
    public void One_at_a_time_has_an_upload()
    {
        var id = Id("f");
        using (_state.TryTake(id))
        {
            Assert.Null(_state.TryTake(id));
            Assert.True(_state.IsBusy(id));
            using var another = _state.TryTake(Id("g"));
            Assert.NotNull(another);
        }
        Assert.False(_state.IsBusy(id));
        using var again = _state.TryTake(id);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Another_process_has_to_wait_too()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "There is no flock(1) to play another process.");
        var id = Id("f");
        using var lease = _state.TryTake(id);
        await using var other = ChildProcess.Start("/usr/bin/flock", ["--nonblock", Path.Combine(_state.Path, "uploads", id + ".lock"), "true"]);
        Assert.NotEqual(0, await other.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Nothing_is_left_of_what_was_forgotten()
    {
        var record = Keep();
        using (var lease = _state.TryTake(record.Id)!)
            lease.Forget();
        Assert.Empty(_state.List());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_state.Path, "uploads")));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"id\":\"000000000000\"}")]
    public void A_file_that_is_no_record_is_passed_over(string content)
    {
        File.WriteAllText(Path.Combine(_state.Path, "uploads", Id("f") + ".json"), content);
        Assert.Empty(_state.List());
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCDEF012345")]
    public void An_id_is_never_a_path(string id)
    {
        Assert.Null(_state.Read(id));
        Assert.Throws<ArgumentException>(() => _state.TryTake(id));
    }

    private static string Id(string file) => StateFolder.IdOf(file, "https://h/");

    private UploadRecord Keep()
    {
        var record = new UploadRecord
        {
            Id = Id("f"),
            File = "/f",
            Identity = new FileIdentity(10, 20, 30),
            Target = "https://h/",
            UploadUrl = "https://h/s/f?v=1",
            Protocol = UploadProtocol.Tus,
            ContentType = "text/plain",
            Parts = [new RecordedPart("https://h/1", 0, 5), new RecordedPart("https://h/2", 5, 10)],
            BegunAt = DateTimeOffset.UnixEpoch,
            LastActivity = DateTimeOffset.UnixEpoch,
            Prefix = new PrefixDigest(3, "00"),
        };
        using var lease = _state.TryTake(record.Id)!;
        lease.Keep(record);
        return record;
    }
}
