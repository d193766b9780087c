using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Lab.Bulk;
using HmacFileServer.Lab.Scenarios;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>The watchers of a scenario see what is there.</summary>
[Collection(NetworkLabCollection.Name)]
public sealed class SamplerTests
{
    [Fact]
    public async Task A_stall_at_the_server_is_measured_to_a_few_milliseconds()
    {
        await using var lab = await LabUnderTest.StartAsync("eth0");
        using var listener = lab.Server.Run(() => BulkTransfer.Listen(new IPEndPoint(LinkEnds.Service, 8080)));
        var server = new ScriptedServer();
        var serving = Task.Factory.StartNew(() => server.Serve(listener), TaskCreationOptions.LongRunning);
        using var sampler = new ProgressSampler(lab.Server, new IPEndPoint(LinkEnds.Service, 8080), "/slot/name?v=1", ScriptedServer.Length);
        await sampler.ReachedAsync(20).WaitAsync(LabUnderTest.Patience);
        await sampler.ReachedAsync(ScriptedServer.Length).WaitAsync(LabUnderTest.Patience);
        var trace = sampler.Stop();
        await serving;
        var stall = server.Stall.TotalMilliseconds;
        Assert.InRange(trace.LongestGapMilliseconds(), stall - 10, stall + 10);
        Assert.Equal([10, 20, 30, 40], trace.Steps.Select(s => s.Bytes));
        Assert.Equal(7, sampler.DuplicateBytes);
        Assert.True(sampler.LongestPauseMilliseconds >= 3.9);
        Assert.Equal("GET /slot/name?v=1 HTTP/1.1", server.Requests[0]);
        Assert.Equal("GET /uploads/xyz HTTP/1.1", server.Requests[^1]);
    }

    [Fact]
    public async Task What_is_in_flight_is_what_the_link_and_its_queue_hold()
    {
        // 10 Mbit/s and 50 ms each way hold 125 KB; the queue 100 KB more.
        await using var lab = await LabUnderTest.StartAsync("wwan0:rate=10mbit,delay=50ms,queue=100kb");
        using var listener = lab.Server.Run(() => BulkTransfer.Listen(new IPEndPoint(LinkEnds.Service, 8080)));
        var received = BulkTransfer.ReceiveAsync(listener, TimeSpan.Zero, CancellationToken.None);
        using var watch = new InFlightSampler(lab.Client, lab.Links[0], new IPEndPoint(LinkEnds.Service, 8080));
        var socket = lab.Client.Run(() => BulkTransfer.Sender("wwan0"));
        socket.SendBufferSize = 1 << 20; // unsent bytes are in flight too: handed over and not taken back
        await BulkTransfer.SendAsync(socket, new IPEndPoint(LinkEnds.Service, 8080), TimeSpan.FromSeconds(1), CancellationToken.None);
        await received;
        Assert.InRange(watch.LargestBytes, 225_000, 4 << 20);
        watch.Restart();
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Equal(0, watch.LargestBytes);
    }

    /// <summary>Tells of an upload that grows with each question, but not for 120 ms after the second.</summary>
    private sealed class ScriptedServer
    {
        public const long Length = 40;

        public List<string> Requests { get; } = [];

        /// <summary>Between the answers with 20 and with 30 bytes, by the server's own clock: a busy machine makes it longer.</summary>
        public TimeSpan Stall { get; private set; }

        public void Serve(Socket listener)
        {
            using var connection = listener.Accept();
            var stalled = TimeProvider.System.GetTimestamp();
            foreach (var bytes in new[] { 0, 0, 10, 20 })
            {
                Answer(connection, bytes);
                stalled = TimeProvider.System.GetTimestamp();
            }
            while (TimeProvider.System.GetElapsedTime(stalled).TotalMilliseconds < 120)
                Answer(connection, 20);
            Receive(connection);
            Stall = TimeProvider.System.GetElapsedTime(stalled);
            Send(connection, 30);
            Answer(connection, Length);
        }

        private void Answer(Socket connection, long bytes)
        {
            Receive(connection);
            Send(connection, bytes);
        }

        private void Receive(Socket connection)
        {
            var buffer = new byte[4096];
            Requests.Add(Encoding.ASCII.GetString(buffer, 0, connection.Receive(buffer)).Split("\r\n")[0]);
        }

        private static void Send(Socket connection, long bytes)
        {
            var body = string.Create(CultureInfo.InvariantCulture, $$"""{"id":"xyz","received_bytes":{{bytes}},"duplicate_bytes":7}""");
            connection.Send(Encoding.ASCII.GetBytes(bytes switch
            {
                0 => "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
                Length => "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
                _ => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n",
            }));
        }
    }
}
