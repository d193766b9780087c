using System.Net;
using System.Net.Sockets;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Tests;

/// <summary>What a connection writes of a file, and what it says that the socket took.</summary>
public sealed class PathConnectionSendingTests : IDisposable
{
    private const int Length = 24 * 1024 * 1024; // more than both sockets hold

    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _listener = new(LoopbackAddress.Next(), 0);
    private readonly byte[] _bytes = new byte[Length];
    private readonly SafeFileHandle _file;

    public PathConnectionSendingTests()
    {
        new Random(7).NextBytes(_bytes);
        var path = Path.Combine(_folder.Path, "file");
        File.WriteAllBytes(path, _bytes);
        _file = File.OpenHandle(path);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _file.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_segment_is_the_files_bytes(bool fromTheFileItself)
    {
        var owner = new OneSegment(_file, _bytes, fromTheFileItself);
        await using var connection = await OpenAsync(owner);
        using var server = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        connection.Wake();

        var body = new byte[owner.Segment.Range.Length];
        await new NetworkStream(server).ReadExactlyAsync(body, TestContext.Current.CancellationToken);

        Assert.True(body.AsSpan().SequenceEqual(_bytes.AsSpan((int)owner.Segment.Range.Start, body.Length)));
        Assert.Equal(body.Length, owner.Segment.Handed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_segment_cut_in_the_middle_what_the_kernel_took_counts_as_handed_and_no_more(bool fromTheFileItself)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the count is an upper bound.");
        var owner = new OneSegment(_file, _bytes, fromTheFileItself);
        var connection = await OpenAsync(owner);
        using var server = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        connection.Wake();
        var body = new byte[1024 * 1024];
        await new NetworkStream(server).ReadExactlyAsync(body, TestContext.Current.CancellationToken);

        connection.Abort();
        await owner.End.Task.WaitAsync(TestContext.Current.CancellationToken);
        long arrived = body.Length;
        try
        {
            while (await server.ReceiveAsync(body, TestContext.Current.CancellationToken) is > 0 and var more)
                arrived += more;
        }
        catch (SocketException)
        {
            // the reset, behind what had arrived
        }

        // What was in flight when it was looked at may have arrived before the reset.
        Assert.InRange(owner.Segment.Handed, arrived, arrived + connection.InFlightAtEnd);
        Assert.InRange(owner.Segment.Handed, 1, Length - 1);
    }

    [Fact]
    public async Task A_file_that_became_shorter_ends_the_connection_with_that_reason()
    {
        var owner = new OneSegment(_file, _bytes, true);
        using (var shorter = File.OpenHandle(Path.Combine(_folder.Path, "file"), access: FileAccess.Write))
            RandomAccess.SetLength(shorter, Length / 2);
        await using var connection = await OpenAsync(owner);
        using var server = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        connection.Wake();
        await new NetworkStream(server).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.IsType<UploadFailedException>(await owner.End.Task.WaitAsync(TestContext.Current.CancellationToken));
    }

    private Task<PathConnection> OpenAsync(IConnectionOwner owner)
    {
        var at = (IPEndPoint)_listener.LocalEndpoint;
        return PathConnection.OpenAsync(new PathCandidate("lo", InterfaceType.Loopback, null), new ServerEndpoint("one.example", at.Port, [at.Address], null), owner,
            new RequestText(new Uri("http://one.example/s/f"), ""), 65536, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>An upload of one segment, without a head so that every byte counts.</summary>
    private sealed class OneSegment(SafeFileHandle file, byte[] bytes, bool fromTheFileItself) : IConnectionOwner
    {
        private int _given;

        public Segment Segment { get; } = new(1, "lo", new ByteRange(4321, Length));

        public TaskCompletionSource<Exception?> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SafeFileHandle? File => fromTheFileItself ? file : null;

        public Segment? Next(PathConnection connection) => Interlocked.Exchange(ref _given, 1) == 0 ? Segment : null;

        public byte[] HeadOf(RequestText text, PendingRequest request) => [];

        public void Read(long offset, Span<byte> destination)
        {
            if (offset + destination.Length > RandomAccess.GetLength(file))
                throw new UploadFailedException(UploadFailure.File, "shorter");
            bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        }

        public void Answered(PathConnection connection, PendingRequest request, ResponseHead answer)
        {
        }

        public void Ended(PathConnection connection, Exception? reason) => End.TrySetResult(reason);
    }
}
