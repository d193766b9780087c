using System.Net.Sockets;

namespace HmacFileServer.Platform.Tests.Sockets;

public sealed class TcpTuningTests
{
    [Fact]
    public void What_is_set_can_be_read_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Read back with Linux's option numbers.");
        using var pair = new LoopbackPair();
        Assert.Equal(new TuningResult(true, null), TcpTuning.SetNotSentLowWater(pair.Near, 131_072));
        Assert.Equal(131_072, Read(pair.Near, 25));
        Assert.True(TcpTuning.SetUserTimeout(pair.Near, TimeSpan.FromMilliseconds(1500.2)).Applied);
        Assert.Equal(1501, Read(pair.Near, 18));
        Assert.True(TcpTuning.SetNoDelay(pair.Near, true).Applied);
        Assert.True(pair.Near.NoDelay);
        Assert.True(TcpTuning.SetSendBuffer(pair.Near, 65_536).Applied);
        Assert.Equal(131_072, pair.Near.SendBufferSize);
    }

    [Fact]
    public void Congestion_control_is_chosen_among_what_the_kernel_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_CONGESTION is set on Linux alone.");
        using var pair = new LoopbackPair();
        Assert.True(TcpTuning.SetCongestionControl(pair.Near, "reno").Applied); // always built in
        Assert.Equal("reno", TcpTuning.GetCongestionControl(pair.Near));
        var unknown = TcpTuning.SetCongestionControl(pair.Near, "nosuch");
        Assert.False(unknown.Applied);
        Assert.Contains("nosuch", unknown.Reason, StringComparison.Ordinal);
        Assert.False(TcpTuning.SetCongestionControl(pair.Near, "a-name-that-is-too-long").Applied);
        Assert.Equal("reno", TcpTuning.GetCongestionControl(pair.Near));
    }

    [Fact]
    public void A_closed_socket_is_an_error_of_the_caller()
    {
        using var pair = new LoopbackPair();
        pair.Near.Dispose();
        Assert.Throws<ObjectDisposedException>(() => TcpTuning.SetNotSentLowWater(pair.Near, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpTuning.SetNotSentLowWater(pair.Far, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpTuning.SetUserTimeout(pair.Far, TimeSpan.FromSeconds(-1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_aborted_connection_resets_its_peer(bool receiving)
    {
        using var pair = new LoopbackPair();
        // A receive under way makes the base class library end the connection its own way first.
        var pending = receiving ? pair.Near.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).AsTask() : null;
        SocketReset.Abort(pair.Near);
        var reset = await Assert.ThrowsAsync<SocketException>(() => pair.Far.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        if (pending is not null)
            await Assert.ThrowsAnyAsync<Exception>(() => pending);
        SocketReset.Abort(pair.Near); // again does no harm
    }

    private static int Read(Socket socket, int option)
    {
        var value = new byte[4];
        socket.GetRawSocketOption(6, option, value);
        return BitConverter.ToInt32(value);
    }
}
