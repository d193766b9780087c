using System.Text;
using HmacFileServer.Client.Http;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Tests;

public sealed class RequestTextTests
{
    [Theory]
    [InlineData("http://h/up/s/a%28b%29.bin?v=1", "/up/s/a%28b%29.bin?v=1")]
    [InlineData("http://h:8080/a%7Eb%2bc?v2=x#part", "/a%7Eb%2bc?v2=x")]
    [InlineData("http://h/é.bin", "/%C3%A9.bin")]
    [InlineData("http://h", "/")]
    public void The_target_is_sent_as_it_was_signed(string url, string target) =>
        Assert.Equal(target, RequestText.TargetOf(new Uri(url)));

    [Fact]
    public void A_segment_says_its_place_in_the_whole()
    {
        var url = new Uri("http://h:81/s/f?v=1");
        var text = new RequestText(url, RequestText.ClientNetwork("wwan0", InterfaceType.FiveG, "a\"b"));
        var dialect = new SegmentsDialect(url, 1000, "text/plain");
        Assert.Equal("PUT /s/f?v=1 HTTP/1.1\r\nHost: h:81\r\nClient-Network: type=\"5g\", name=\"wwan0\", device=\"a\\\"b\"\r\n"
            + "Content-Type: text/plain\r\nContent-Length: 100\r\nWant-Repr-Digest: crc32c=2, sha-256=1\r\nContent-Range: bytes 200-299/1000\r\n\r\n",
            Encoding.ASCII.GetString(dialect.Segment(text, dialect.Parts[0], new ByteRange(200, 300), 1000)));
    }

    [Fact]
    public void A_proxy_that_reads_is_given_the_whole_URL()
    {
        var url = new Uri("http://h:81/s/f?v=1");
        Assert.StartsWith("HEAD http://h:81/s/f?v=1 HTTP/1.1\r\nHost: h:81\r\n", Encoding.ASCII.GetString(new RequestText(url, "", absoluteForm: true).Encode("HEAD", url)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://h/upload", true)]
    [InlineData("https://h:443/files/1", true)]
    [InlineData("http://h/upload", false)]
    [InlineData("https://elsewhere/upload", false)]
    [InlineData("https://h:8443/upload", false)]
    public void A_token_goes_to_the_origin_that_was_asked_and_to_no_other(string url, bool sent)
    {
        var text = new RequestText(new Uri("https://h/"), "", RequestText.Fields([new("Authorization", "Bearer x")]));
        Assert.Equal(sent, Encoding.ASCII.GetString(text.Encode("PATCH", new Uri(url))).Contains("Authorization: Bearer x\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("X", "a\r\nHost: evil")]
    [InlineData("X: y", "a")]
    [InlineData("", "a")]
    public void A_header_that_would_break_out_of_its_line_is_refused(string name, string value) =>
        Assert.Equal(UploadFailure.Usage, Assert.Throws<UploadFailedException>(() => RequestText.Fields([new(name, value)])).Reason);
}
