using System.Net.Sockets;
using HmacFileServer.Testing;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Platform.Tests.Sockets;

public sealed class FileToSocketTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LoopbackPair _pair = new();
    private readonly byte[] _bytes = new byte[3_000_000];
    private readonly SafeFileHandle _file;

    public FileToSocketTests()
    {
        new Random(5).NextBytes(_bytes);
        var path = Path.Combine(_folder.Path, "file");
        File.WriteAllBytes(path, _bytes);
        _file = File.OpenHandle(path);
        _pair.Near.Blocking = false;
    }

    public void Dispose()
    {
        _file.Dispose();
        _pair.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_the_socket_took_is_what_arrives_and_a_full_one_takes_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sendfile(2) is used on Linux alone.");
        const int from = 1234;
        var arrived = new byte[_bytes.Length - from];
        var (sent, received, wasFull) = (0, 0, false);
        while (received < arrived.Length)
        {
            var took = sent == arrived.Length ? 0 : FileToSocket.TrySend(_pair.Near, _file, from + sent, arrived.Length - sent);
            Assert.InRange(took, 0, arrived.Length - sent);
            wasFull |= took == 0;
            sent += took;
            // Only where it is full, or all is sent, room is made: so that there is something to be full of.
            if (took == 0)
                received += _pair.Far.Receive(arrived.AsSpan(received));
        }
        Assert.True(wasFull);
        Assert.Equal(arrived.Length, sent);
        Assert.True(arrived.AsSpan().SequenceEqual(_bytes.AsSpan(from)));
    }

    [Fact]
    public void A_file_that_became_shorter_is_told_from_a_full_socket()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sendfile(2) is used on Linux alone.");
        Assert.Equal(10, FileToSocket.TrySend(_pair.Near, _file, _bytes.Length - 10, 100));
        Assert.Equal(FileToSocket.EndOfFile, FileToSocket.TrySend(_pair.Near, _file, _bytes.Length, 100));
    }

    [Fact]
    public void A_broken_connection_is_an_error_and_not_the_end_of_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sendfile(2) is used on Linux alone.");
        SocketReset.Abort(_pair.Far);
        Assert.Throws<SocketException>(() => FileToSocket.TrySend(_pair.Near, _file, 0, 100)); // ECONNRESET
        Assert.Throws<SocketException>(() => FileToSocket.TrySend(_pair.Near, _file, 0, 100)); // EPIPE, which would come with a signal
    }

    [Fact]
    public void A_file_that_has_no_pages_to_give_is_left_to_the_caller()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sendfile(2) is used on Linux alone.");
        // A socket is read by no sendfile(2).
        using var other = new LoopbackPair();
        using var notAFile = new SafeFileHandle(other.Near.Handle, ownsHandle: false);
        Assert.Equal(FileToSocket.NotSupported, FileToSocket.TrySend(_pair.Near, notAFile, 0, 100));
    }
}
