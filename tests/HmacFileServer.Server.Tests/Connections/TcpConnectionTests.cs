using System.Net;
using System.Net.Sockets;
using HmacFileServer.Core.Tuning;
using HmacFileServer.Server.Connections;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Connections;

/// <summary>What a connection receives, with buffers that follow it and fixed ones.</summary>
public sealed class TcpConnectionTests
{
    private const int Large = 64 * 1024 * 1024;

    [Theory]
    [InlineData(0, ReceiveSizer.Most, TransportMemoryPool.LargeBlockBytes)]
    [InlineData(64 * 1024, 64 * 1024, 64 * 1024)]
    public async Task While_nobody_reads_no_more_than_the_limit_is_taken_in_and_then_all_of_it_comes(int fixedBytes, int limit, int block)
    {
        using var pool = new TransportMemoryPool();
        await using var listener = Server.Connections.TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), new ReceivePolicy(fixedBytes, pool, _ => null), TimeProvider.System);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint);
        client.Blocking = false;
        await using var connection = Assert.IsType<TcpConnection>(await listener.AcceptAsync());
        var bytes = new byte[1 << 20];
        var sent = 0;
        var least = limit == ReceiveSizer.Most ? ReceiveSizer.Least : limit;
        // Not writable for so long: the kernel is full, and nobody takes anything out of it. Or the receiving loop has not had its turn on a busy machine: then it is waited for.
        for (var waits = 0; sent < Large && waits < 100;)
        {
            if (client.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite))
                sent += client.Send(bytes, SocketFlags.None, out _);
            else if (connection.Meter.Bytes >= least)
                break;
            else
                waits++;
        }
        Assert.InRange(sent, 1, Large - 1);
        Assert.InRange(connection.Meter.Bytes, least, limit + block);

        client.Shutdown(SocketShutdown.Send);
        var read = 0L;
        while (read < sent)
        {
            var result = await connection.Transport.Input.ReadAsync();
            read += result.Buffer.Length;
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
        }
        Assert.Equal(sent, read);
        Assert.True((await connection.Transport.Input.ReadAsync()).IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(64 * 1024)]
    [InlineData(1 << 20)]
    public async Task Every_byte_arrives_whatever_the_buffer(int receiveBuffer)
    {
        await using var server = await TestServer.StartAsync(configured: s => s with { ReceiveBuffer = receiveBuffer });
        var bytes = TestServer.Bytes(5_000_001);
        Assert.Equal(201, (await server.SendAsync($"PUT {server.Slot("s/f", bytes.Length)} HTTP/1.1\nContent-Length: {bytes.Length}\nClient-Network: type=cellular", bytes)).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }
}
