using System.Runtime.Versioning;
using HmacFileServer.Platform.Files;
using HmacFileServer.Testing;

namespace HmacFileServer.Platform.Tests.Files;

/// <summary>Nothing outside the folder is reached, whatever someone puts into it.</summary>
[SupportedOSPlatform("linux")]
public sealed class FolderTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TemporaryFolder _temporary = new();

    public FolderTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These are calls of Linux.");
        Directory.CreateDirectory(_temporary["inside"]);
        Directory.CreateDirectory(_temporary["outside"]);
        File.WriteAllText(_temporary["outside/secret"], "secret");
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Symbolic_links_are_not_followed()
    {
        File.CreateSymbolicLink(_temporary["inside/file"], _temporary["outside/secret"]);
        Directory.CreateSymbolicLink(_temporary["inside/folder"], _temporary["outside"]);
        File.CreateSymbolicLink(_temporary["inside/dangling"], _temporary["outside/new"]);
        using var folder = Folder.Open(_temporary["inside"]);
        Assert.Equal(FileError.SymbolicLink, Assert.Throws<FileCallException>(() => folder.TryOpenFile("file", write: false)).Error);
        Assert.Equal(FileError.SymbolicLink, Assert.Throws<FileCallException>(() => folder.CreateFile("file", Mode, isNew: false)).Error);
        Assert.Equal(FileError.SymbolicLink, Assert.Throws<FileCallException>(() => folder.CreateFile("dangling", Mode, isNew: false)).Error);
        Assert.Equal(FileError.Exists, Assert.Throws<FileCallException>(() => folder.CreateFile("dangling", Mode)).Error);
        Assert.Contains(Assert.Throws<FileCallException>(() => folder.TryOpenFolder("folder")).Error, new[] { FileError.NotFolder, FileError.SymbolicLink });
        Assert.Equal(FileKind.SymbolicLink, folder.Find("file")!.Value.Kind);
        Assert.False(File.Exists(_temporary["outside/new"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../outside/secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    public void A_name_is_one_segment(string name)
    {
        using var folder = Folder.Open(_temporary["inside"]);
        Assert.Throws<ArgumentException>(() => folder.TryOpenFile(name, write: false));
        Assert.Throws<ArgumentException>(() => folder.CreateFile(name, Mode));
        Assert.Throws<ArgumentException>(() => folder.OpenOrMakeFolder(name, Mode, out _));
        Assert.Throws<ArgumentException>(() => folder.Find(name));
        Assert.Throws<ArgumentException>(() => folder.Unlink(name));
        Assert.Throws<ArgumentException>(() => folder.Rename("a", folder, name));
        Assert.Throws<ArgumentException>(() => folder.Link("a", folder, name));
    }

    [Fact]
    public void A_second_name_is_the_same_file_and_never_replaces_one()
    {
        using var folder = Folder.Open(_temporary["inside"]);
        folder.CreateFile("a", Mode).Dispose();
        folder.Link("a", folder, "b");
        Assert.True(folder.Find("a")!.Value.IsSameAs(folder.Find("b")!.Value));
        Assert.Equal(2u, folder.Find("a")!.Value.Links);
        Assert.Equal(FileError.Exists, Assert.Throws<FileCallException>(() => folder.Link("a", folder, "b")).Error);
        Assert.Equal(FileError.NotFound, Assert.Throws<FileCallException>(() => folder.Link("none", folder, "c")).Error);
        Assert.True(folder.Unlink("a"));
        Assert.False(folder.Unlink("a"));
        Assert.Null(folder.Find("a"));
    }

    [Fact]
    public void The_folder_that_was_opened_is_meant_even_after_it_was_renamed()
    {
        using var folder = Folder.Open(_temporary["inside"]);
        Directory.Move(_temporary["inside"], _temporary["elsewhere"]);
        Directory.CreateSymbolicLink(_temporary["inside"], _temporary["outside"]);
        folder.CreateFile("new", Mode).Dispose();
        folder.Sync();
        Assert.True(File.Exists(_temporary["elsewhere/new"]));
        Assert.False(File.Exists(_temporary["outside/new"]));
    }

    [Fact]
    public void Folders_are_made_once_and_removed_when_empty()
    {
        using var folder = Folder.Open(_temporary["inside"]);
        using (var made = folder.OpenOrMakeFolder("sub", Mode, out var isNew))
        {
            Assert.True(isNew);
            made.CreateFile("f", Mode).Dispose();
        }
        folder.OpenOrMakeFolder("sub", Mode, out var again).Dispose();
        Assert.False(again);
        Assert.Equal(FileError.NotEmpty, Assert.Throws<FileCallException>(() => folder.RemoveFolder("sub")).Error);
        File.Delete(_temporary["inside/sub/f"]);
        Assert.True(folder.RemoveFolder("sub"));
        Assert.False(folder.RemoveFolder("sub"));
        Assert.Null(folder.TryOpenFolder("sub"));
    }
}
