using System.Text;
using HmacFileServer.Client.Http;
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
        var text = new RequestText(new Uri("http://h:81/s/f?v=1"), "text/plain", 1000, RequestText.ClientNetwork("wwan0", InterfaceType.FiveG, "a\"b"));
        Assert.Equal("PUT /s/f?v=1 HTTP/1.1\r\nHost: h:81\r\nClient-Network: type=\"5g\", name=\"wwan0\", device=\"a\\\"b\"\r\n"
            + "Content-Type: text/plain\r\nContent-Length: 100\r\nContent-Range: bytes 200-299/1000\r\n\r\n",
            Encoding.ASCII.GetString(text.Put(new ByteRange(200, 300))));
    }
}
