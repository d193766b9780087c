using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

/// <summary>Listen addresses, base paths, trusted proxies.</summary>
public sealed class AddressTests : ConfigurationTestBase
{
    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080")]
    [InlineData("0.0.0.0:80", "0.0.0.0", 80, "0.0.0.0:80")]
    [InlineData(":8080", "", 8080, ":8080")]
    [InlineData("*:8080", "", 8080, ":8080")]
    [InlineData("8080", "", 8080, ":8080")]
    [InlineData("[::1]:8080", "::1", 8080, "[::1]:8080")]
    [InlineData("[::]:0", "::", 0, "[::]:0")]
    [InlineData("[2001:DB8:0::1]:443", "2001:db8::1", 443, "[2001:db8::1]:443")]
    [InlineData("localhost:65535", "localhost", 65535, "localhost:65535")]
    [InlineData("upload.example.org:443", "upload.example.org", 443, "upload.example.org:443")]
    public void A_listen_address_reads(string text, string host, int port, string written)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(new ListenAddress(host, port), address);
        Assert.Equal(written, address!.ToString());
        Assert.Equal(host.Length == 0, address.IsAny);
        Assert.Equal(host.Length > 0 && !char.IsAsciiLetter(host[0]), address.Address is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:+1")]
    [InlineData("127.0.0.1:http")]
    [InlineData("127.0.0.1: 80")]
    [InlineData(" 127.0.0.1:80")]
    [InlineData("127.1:80")]
    [InlineData("1:80")]
    [InlineData("010.0.0.1:80")]
    [InlineData("256.0.0.1:80")]
    [InlineData("::1:8080")]
    [InlineData("[::1]")]
    [InlineData("[::1:8080")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[]:80")]
    [InlineData("[[::1]]:80")]
    [InlineData("host name:80")]
    [InlineData("-host:80")]
    [InlineData("host..name:80")]
    [InlineData("http://host:80")]
    [InlineData("user@host:80")]
    [InlineData("/run/hfs.sock")]
    public void What_is_no_listen_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/upload", "/upload/")]
    [InlineData("/upload/", "/upload/")]
    [InlineData("/a/b-c_d.e~f/", "/a/b-c_d.e~f/")]
    public void A_base_path_ends_with_a_slash(string text, string expected) => Assert.Equal(expected, Valid($"[server]\nbase_path = '{text}'").Server.BasePath);

    [Theory]
    [InlineData("")]
    [InlineData("upload")]
    [InlineData("upload/")]
    [InlineData("//")]
    [InlineData("//upload")]
    [InlineData("/upload//")]
    [InlineData("/a//b")]
    [InlineData("/../")]
    [InlineData("/a/../b")]
    [InlineData("/./")]
    [InlineData("/a b")]
    [InlineData("/%61")]
    [InlineData("/é")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/a\\b")]
    [InlineData("https://example.org/")]
    public void A_base_path_that_could_be_read_in_two_ways_is_refused(string text) => Assert.Contains("server.base_path", OneError($"[server]\nbase_path = '{text}'"), StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1/32")]
    [InlineData("127.0.0.1/32", "127.0.0.1/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("172.16.0.0/12", "172.16.0.0/12")]
    [InlineData("198.51.100.128/25", "198.51.100.128/25")]
    [InlineData("::1", "::1/128")]
    [InlineData("::/0", "::/0")]
    [InlineData("2001:db8:8000::/33", "2001:db8:8000::/33")]
    public void A_trusted_proxy_is_an_address_or_a_block(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(Valid($"[server]\ntrusted_proxies = ['{text}']").Server.TrustedProxies).ToString());

    [Theory]
    [InlineData("localhost", "does not fit")]
    [InlineData("10.0.0.0/33", "does not fit")]
    [InlineData("10.0.0.0/-1", "does not fit")]
    [InlineData("10.0.0.0/", "does not fit")]
    [InlineData("10.0.0.0/8/8", "does not fit")]
    [InlineData("10.0.0.0/255.0.0.0", "does not fit")]
    [InlineData("10.0.0", "does not fit")]
    [InlineData("10", "does not fit")]
    [InlineData("::1/129", "does not fit")]
    [InlineData("[::1]", "does not fit")]
    [InlineData("fe80::1%1", "does not fit")]
    [InlineData("*", "does not fit")]
    [InlineData("", "does not fit")]
    [InlineData("127.0.0.1/8", "write \"127.0.0.0/8\" for the block, or \"127.0.0.1\" for the address")]
    [InlineData("2001:db8::1/64", "write \"2001:db8::/64\" for the block")]
    [InlineData("::ffff:10.0.0.1", "write 10.0.0.1")]
    [InlineData("::ffff:10.0.0.0/104", "write 10.0.0.0")]
    public void Trust_is_not_guessed(string text, string expected) => Assert.Contains(expected, OneError($"[server]\ntrusted_proxies = ['{text}']"), StringComparison.Ordinal);
}
