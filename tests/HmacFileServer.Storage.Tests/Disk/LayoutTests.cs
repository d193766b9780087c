using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.Tests.Disk;

/// <summary>What lies where on the disk, and what others may have put there.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LayoutTests
{
    private static readonly byte[] Data = LocalStoreFixture.Bytes(1000);

    [Fact]
    public async Task A_person_finds_the_file_by_its_name_and_nothing_else_in_the_served_tree()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.PublishAsync("3f2a/très cool +1 (é).bin", Data);

        Assert.Equal(["3f2a/très cool +1 (é).bin"], fixture.FilesIn("files"));
        Assert.Equal(Data, await File.ReadAllBytesAsync(fixture["files/3f2a/très cool +1 (é).bin"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(fixture["files/3f2a/très cool +1 (é).bin"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(fixture["staging"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(fixture["state"]));
    }

    [Fact]
    public async Task Deleting_the_last_file_of_a_folder_removes_the_folder_and_the_last_use_of_bytes_the_blob()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.PublishAsync("a/b/one", Data);
        await fixture.PublishAsync("a/two", Data);
        Assert.Single(fixture.FilesIn("blobs"));

        await fixture.Store.DeleteFileAsync(LocalStoreFixture.Slot("a/b/one"), default);
        Assert.Equal(["a/two"], fixture.FilesIn("files"));
        Assert.False(Directory.Exists(fixture["files/a/b"]));
        Assert.Single(fixture.FilesIn("blobs"));
        await fixture.Store.DeleteFileAsync(LocalStoreFixture.Slot("a/two"), default);

        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture["files"]));
        Assert.Empty(fixture.FilesIn("blobs"));
        Assert.Empty(fixture.FilesIn("state/files"));
    }

    [Fact]
    public async Task A_second_server_on_the_folder_is_refused_and_the_lock_goes_with_the_first()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();

        var refused = await Assert.ThrowsAsync<IOException>(async () => await LocalUploadStore.OpenAsync(fixture.Options, fixture.Clock));

        Assert.Contains("Another server", refused.Message, StringComparison.Ordinal);
        await fixture.ReopenAsync();
    }

    [Theory]
    [InlineData("files")]
    [InlineData("staging")]
    [InlineData("state")]
    public async Task A_link_in_place_of_one_of_our_folders_is_refused(string name)
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.Store.DisposeAsync();
        Directory.Move(fixture[name], fixture["elsewhere"]);
        Directory.CreateSymbolicLink(fixture[name], fixture["elsewhere"]);

        var refused = await Assert.ThrowsAsync<IOException>(async () => await LocalUploadStore.OpenAsync(fixture.Options, fixture.Clock));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        File.Delete(fixture[name]);
        Directory.Move(fixture["elsewhere"], fixture[name]);
        await fixture.ReopenAsync();
    }

    [Fact]
    public async Task Links_in_the_served_tree_lead_nowhere()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        var outside = Directory.CreateDirectory(fixture["outside"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "not yours");
        Directory.CreateSymbolicLink(fixture["files/dir"], outside);
        File.CreateSymbolicLink(fixture["files/leaf"], Path.Combine(outside, "secret"));

        Assert.Null(await fixture.Store.FindFileAsync(LocalStoreFixture.Slot("dir/secret"), default));
        Assert.Null(await fixture.Store.FindFileAsync(LocalStoreFixture.Slot("leaf"), default));
        Assert.Null(await fixture.Store.OpenFileAsync(fixture.FileOf("dir/secret", "not yours"u8.ToArray()), default));
        Assert.Null(await fixture.Store.OpenFileAsync(fixture.FileOf("leaf", "not yours"u8.ToArray()), default));
        Assert.False(await fixture.Store.DeleteFileAsync(LocalStoreFixture.Slot("dir/secret"), default));
        await using var upload = await fixture.WholeUploadAsync("dir/new", Data);
        var refused = await Assert.ThrowsAsync<UploadException>(async () => await fixture.Store.PublishAsync(upload, fixture.FileOf("dir/new", Data), default));
        Assert.Equal(UploadErrorCode.AlreadyComplete, refused.Error.Code);
        Assert.Equal(["secret"], fixture.FilesIn("outside"));
        Assert.Equal("not yours", await File.ReadAllTextAsync(Path.Combine(outside, "secret")));
        await using var leaf = await fixture.WholeUploadAsync("leaf", Data);
        await Assert.ThrowsAsync<UploadException>(async () => await fixture.Store.PublishAsync(leaf, fixture.FileOf("leaf", Data), default));
        Assert.Equal("not yours", await File.ReadAllTextAsync(Path.Combine(outside, "secret")));
    }

    [Fact]
    public async Task A_file_where_a_slot_needs_a_folder_and_a_folder_where_it_needs_a_file_are_conflicts()
    {
        await using var fixture = await LocalStoreFixture.OpenAsync();
        await fixture.PublishAsync("x", Data);
        await fixture.PublishAsync("y/z", Data);

        foreach (var slot in new[] { "x/below", "y" })
        {
            await using var upload = await fixture.WholeUploadAsync(slot, Data);
            var refused = await Assert.ThrowsAsync<UploadException>(async () => await fixture.Store.PublishAsync(upload, fixture.FileOf(slot, Data), default));
            Assert.Equal(UploadErrorCode.AlreadyComplete, refused.Error.Code);
            Assert.Null(await fixture.Store.FindFileAsync(LocalStoreFixture.Slot(slot), default));
        }
    }
}
