using System.Text;
using HmacFileServer.Client.Http;

namespace HmacFileServer.Client.Tests;

public sealed class ResponseReaderTests
{
    [Fact]
    public async Task Responses_follow_each_other_on_one_connection()
    {
        var reader = Reader("HTTP/1.1 204 No Content\r\nUpload-Offset: 7\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
            + "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var first = await Next(reader);
        Assert.Equal(204, first.Status);
        Assert.Equal(7, first.Number("upload-offset"));
        Assert.Equal("no", (await Next(reader)).Body);
        Assert.Equal("abc", (await Next(reader)).Body);
        Assert.Equal(200, (await Next(reader)).Status);
        Assert.Null(await reader.ReadAsync(() => false, CancellationToken.None));
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_no_body_whatever_its_length_says()
    {
        var reader = Reader("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(200, (await reader.ReadAsync(() => true, CancellationToken.None))!.Status);
        Assert.Equal(204, (await Next(reader)).Status);
    }

    [Fact]
    public async Task Interim_responses_are_passed_over() =>
        Assert.Equal(201, (await Next(Reader("HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /u\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"))).Status);

    [Fact]
    public async Task A_repeated_field_is_one_list() =>
        Assert.Equal("0-1, 5-6", (await Next(Reader("HTTP/1.1 204 X\r\nUpload-Received: 0-1\r\nUpload-Received: 5-6\r\n\r\n"))).Field("Upload-Received"));

    [Fact]
    public async Task A_body_up_to_the_end_of_the_connection_is_read_and_bounded()
    {
        var answer = await Next(Reader("HTTP/1.0 200 OK\r\n\r\n" + new string('x', 200_000)));
        Assert.Equal(64 * 1024, answer.Body.Length);
        Assert.True(answer.Closes);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    public async Task What_is_not_HTTP_is_said_to_be_so(string bytes) =>
        await Assert.ThrowsAsync<ProtocolException>(() => Next(Reader(bytes)));

    [Fact]
    public async Task A_head_without_end_is_refused() =>
        await Assert.ThrowsAsync<ProtocolException>(() => Next(Reader("HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000))));

    [Fact]
    public async Task A_head_cut_short_is_an_end_and_not_an_answer() =>
        await Assert.ThrowsAsync<EndOfStreamException>(() => Next(Reader("HTTP/1.1 200 OK\r\nContent-")));

    /// <summary>The same bytes in pieces of every size give the same answers.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task It_does_not_matter_how_the_bytes_are_cut(int piece)
    {
        var reader = new ResponseReader(new Pieces(Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"), piece));
        Assert.Equal("hello", (await Next(reader)).Body);
        Assert.Equal("hi", (await Next(reader)).Body);
    }

    private static ResponseReader Reader(string bytes) => new(new MemoryStream(Encoding.ASCII.GetBytes(bytes)));

    private static async Task<ResponseHead> Next(ResponseReader reader) => (await reader.ReadAsync(() => false, CancellationToken.None))!;

    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
