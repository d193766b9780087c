using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Lab.Scenarios;

namespace HmacFileServer.EndToEnd.Tests.Lab;

/// <summary>The sampler's reader against raw answers, cut at every byte.</summary>
public sealed class HttpAnswerReaderTests : IDisposable
{
    private readonly Socket _near;
    private readonly Socket _far;

    public HttpAnswerReaderTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
        _far.NoDelay = true;
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 5\r\n\r\nhello", 200, "hello")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, "")]
    [InlineData("HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n", 204, "")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nTRANSFER-ENCODING:chunked\r\n\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", 200, "abcdefghijklmnopqrstuvwxyz")]
    public async Task An_answer_is_read_however_it_is_cut(string answer, int status, string body)
    {
        var reader = new HttpAnswerReader(_near);
        var bytes = Encoding.ASCII.GetBytes(answer);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            // Both parts may come at once; that they can come apart is up to the receive that finds only the first.
            var sending = Task.Run(() =>
            {
                _far.Send(bytes.AsSpan(0, cut));
                _far.Send(bytes.AsSpan(cut));
            });
            Assert.Equal(status, reader.Read());
            Assert.Equal(body, Encoding.ASCII.GetString(reader.Body));
            await sending;
        }
    }

    [Fact]
    public void A_body_larger_than_the_buffer_is_read()
    {
        var body = new string('x', 300_000);
        _far.SendBufferSize = 1 << 20;
        var sending = Task.Run(() => _far.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}")));
        var reader = new HttpAnswerReader(_near);
        Assert.Equal(200, reader.Read());
        Assert.Equal(body, Encoding.ASCII.GetString(reader.Body));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    public void What_is_no_whole_answer_fails(string answer)
    {
        _far.Send(Encoding.ASCII.GetBytes(answer));
        _far.Dispose();
        Assert.Throws<IOException>(() => new HttpAnswerReader(_near).Read());
    }

    [Fact]
    public void The_members_that_are_measured_are_found_in_the_text()
    {
        Assert.True(UploadStatus.TryRead("""{"id":"a1-_B","state":"receiving","length":9,"received_bytes":7,"duplicate_bytes": 3}"""u8, true, out var status));
        Assert.Equal(new UploadStatus("a1-_B", 7, 3), status);
        Assert.True(UploadStatus.TryRead("""{"received_bytes":12}"""u8, false, out status));
        Assert.Equal(new UploadStatus(null, 12, 0), status);
        Assert.False(UploadStatus.TryRead("""{"id":"x"}"""u8, true, out _));
        Assert.False(UploadStatus.TryRead("""{"received_bytes":null}"""u8, true, out _));
    }
}
