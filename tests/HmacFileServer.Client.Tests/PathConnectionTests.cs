using System.Net;
using System.Net.Sockets;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests;

public sealed class PathConnectionTests
{
    private static readonly PathCandidate Unbound = new("lo", InterfaceType.Loopback, null);

    [Fact]
    public async Task The_next_address_of_a_name_is_tried_when_nothing_listens_on_the_first()
    {
        using var listener = new TcpListener(LoopbackAddress.Next(), 0);
        listener.Start();
        var at = (IPEndPoint)listener.LocalEndpoint;
        var server = new ServerEndpoint("two.example", at.Port, [LoopbackAddress.Next(), at.Address], null);

        await using var connection = await OpenAsync(server);

        using var accepted = await listener.AcceptSocketAsync();
        Assert.Equal(at.Address, ((IPEndPoint)accepted.LocalEndPoint!).Address);
    }

    [Fact]
    public async Task Where_no_address_answers_the_last_refusal_is_told() =>
        await Assert.ThrowsAsync<SocketException>(() => OpenAsync(new ServerEndpoint("none.example", 9, [LoopbackAddress.Next(), LoopbackAddress.Next()], null)));

    [Fact]
    public async Task What_may_wait_unsent_in_the_kernel_is_bounded_as_asked_and_told_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_NOTSENT_LOWAT is read back by its number on Linux");
        using var listener = new TcpListener(LoopbackAddress.Next(), 0);
        listener.Start();
        var at = (IPEndPoint)listener.LocalEndpoint;
        var connection = await OpenAsync(new ServerEndpoint("one.example", at.Port, [at.Address], null));
        using var accepted = await listener.AcceptSocketAsync();

        Assert.Equal(48 * 1024, connection.SetNotSent(48 * 1024));
        Assert.Equal(48 * 1024, NotSent(connection));
        await connection.DisposeAsync();
        Assert.Equal(0, connection.SetNotSent(64 * 1024));
    }

    private static int NotSent(PathConnection connection)
    {
        const int tcp = 6, notSentLowWater = 25; // IPPROTO_TCP, TCP_NOTSENT_LOWAT of tcp(7)
        var socket = (Socket)typeof(PathConnection).GetField("_socket", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(connection)!;
        Span<byte> value = stackalloc byte[4];
        socket.GetRawSocketOption(tcp, notSentLowWater, value);
        return BitConverter.ToInt32(value);
    }

    private static Task<PathConnection> OpenAsync(ServerEndpoint server) => PathConnection.OpenAsync(
        Unbound, server, new Idle(), new RequestText(new Uri("http://two.example/s/f"), ""), 65536, TimeProvider.System, CancellationToken.None);

    /// <summary>An upload with nothing to send.</summary>
    private sealed class Idle : IConnectionOwner
    {
        public Segment? Next(PathConnection connection) => null;

        public byte[] HeadOf(RequestText text, PendingRequest request) => [];

        public void Read(long offset, Span<byte> destination)
        {
        }

        public Microsoft.Win32.SafeHandles.SafeFileHandle? File => null;

        public void Answered(PathConnection connection, PendingRequest request, ResponseHead answer)
        {
        }

        public void Ended(PathConnection connection, Exception? reason)
        {
        }
    }
}
