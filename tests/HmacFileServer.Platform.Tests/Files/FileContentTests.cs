using System.Buffers;
using System.Diagnostics;
using System.Runtime.Versioning;
using HmacFileServer.Platform.Files;
using HmacFileServer.Testing;

namespace HmacFileServer.Platform.Tests.Files;

[SupportedOSPlatform("linux")]
public sealed class FileContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FileContentTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "These are calls of Linux.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(3, 4096)]
    [InlineData(700, 1000)] // more pieces than one call takes
    [InlineData(5, 0)]      // empty ones amid them
    public void Pieces_are_written_in_order_at_their_offset(int pieces, int length)
    {
        var content = new byte[pieces * length];
        new Random(7).NextBytes(content);
        var sequence = Sequence(Enumerable.Range(0, pieces).SelectMany(i => new[] { content[(i * length)..((i + 1) * length)], [] }));
        using var file = File.OpenHandle(_folder["f"], FileMode.CreateNew, FileAccess.ReadWrite);
        FileContent.Write(file, sequence, 100);
        var written = new byte[content.Length];
        Assert.Equal(content.Length, content.Length == 0 ? 0 : RandomAccess.Read(file, written, 100));
        Assert.Equal(content, written);
    }

    [Fact]
    public void Preallocation_takes_the_space_at_once()
    {
        const long length = 3 << 20;
        using var folder = Folder.Open(_folder.Path);
        using (var file = folder.CreateFile("f", UnixFileMode.UserRead | UnixFileMode.UserWrite))
            Assert.SkipUnless(FileContent.TryPreallocate(file, length), "The file system of the temporary folder cannot preallocate.");
        var status = folder.Find("f")!.Value;
        Assert.Equal(length, status.Length);
        Assert.True(status.Allocated >= length);
    }

    [Fact]
    public void A_disk_without_room_says_so()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small file system needs root.");
        Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", _folder.Path);
        try
        {
            using var folder = Folder.Open(_folder.Path);
            using var file = folder.CreateFile("f", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var full = Assert.Throws<FileCallException>(() => FileContent.TryPreallocate(file, 1 << 20));
            Assert.Equal(FileError.NoSpace, full.Error);
            var pieces = Sequence(Enumerable.Range(0, 100).Select(_ => new byte[4096]));
            Assert.ThrowsAny<IOException>(() => FileContent.Write(file, pieces, 0));
        }
        finally
        {
            Run("umount", _folder.Path);
        }
    }

    [Fact]
    public void A_lock_keeps_others_out_until_it_is_let_go()
    {
        using var folder = Folder.Open(_folder.Path);
        using var first = folder.CreateFile("lock", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var second = folder.TryOpenFile("lock", write: true)!;
        Assert.True(FileContent.TryLock(first));
        Assert.False(FileContent.TryLock(second));
        FileContent.Unlock(first); // to close it is not enough while another test starts a process: that one has a copy until its exec
        Assert.True(FileContent.TryLock(second));
    }

    private static ReadOnlySequence<byte> Sequence(IEnumerable<byte[]> pieces)
    {
        Piece? first = null;
        Piece? last = null;
        foreach (var bytes in pieces)
        {
            last = new Piece(bytes, last);
            first ??= last;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, Piece? before)
        {
            Memory = bytes;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
