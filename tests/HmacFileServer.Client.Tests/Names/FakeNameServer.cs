using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HmacFileServer.Client.Tests.Names;

/// <summary>A name server on loopback, by UDP and TCP at the same port, that answers as a test tells it to.</summary>
internal sealed class FakeNameServer : IAsyncDisposable
{
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _streams;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentQueue<bool> _asked = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly Task _serving;

    /// <param name="address">Where it listens.</param>
    /// <param name="answers">What is sent for a question: nothing, one message, or several; the flag says that it came by TCP.</param>
    public FakeNameServer(IPAddress address, Func<byte[], bool, IEnumerable<byte[]>> answers)
    {
        _streams = new TcpListener(address, 0);
        _streams.Start();
        _datagrams.Bind(_streams.LocalEndpoint);
        _serving = Task.WhenAll(ServeDatagramsAsync(answers), ServeStreamsAsync(answers));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_streams.LocalEndpoint;

    /// <summary>How many questions came.</summary>
    public int Asked => _asked.Count;

    /// <summary>Waits for the next question.</summary>
    public Task HearAsync() => _heard.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>The answer to a question: these addresses, of version 4.</summary>
    public static byte[] Addresses(byte[] question, params string[] addresses)
    {
        byte[] message = [.. question, .. addresses.SelectMany(a => (byte[])[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(a).GetAddressBytes()])];
        message[2] = 0x81;
        message[3] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)addresses.Length);
        return message;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _streams.Stop();
        _datagrams.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        _heard.Dispose();
    }

    private async Task ServeDatagramsAsync(Func<byte[], bool, IEnumerable<byte[]>> answers)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var came = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _ended.Token);
            foreach (var answer in answers(Take(buffer.AsSpan(0, came.ReceivedBytes).ToArray()), false))
                await _datagrams.SendToAsync(answer, came.RemoteEndPoint, _ended.Token);
        }
    }

    private async Task ServeStreamsAsync(Func<byte[], bool, IEnumerable<byte[]>> answers)
    {
        while (true)
        {
            using var client = await _streams.AcceptTcpClientAsync(_ended.Token);
            var stream = client.GetStream();
            var head = new byte[2];
            await stream.ReadExactlyAsync(head, _ended.Token);
            var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            await stream.ReadExactlyAsync(question, _ended.Token);
            foreach (var answer in answers(Take(question), true))
                await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _ended.Token);
        }
    }

    private byte[] Take(byte[] question)
    {
        _asked.Enqueue(true);
        _heard.Release();
        return question;
    }
}
