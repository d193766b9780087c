using HmacFileServer.Client.Connections;

namespace HmacFileServer.Client.Tests;

public sealed class ProxySettingsTests
{
    [Theory]
    [InlineData("http://a.example/", "http://p:1")]
    [InlineData("https://a.example/", "http://q:2")]
    [InlineData("http://internal.example/", null)]
    [InlineData("http://x.internal.example/", null)]
    [InlineData("http://notinternal.example/", "http://p:1")]
    [InlineData("http://10.1.2.3/", null)]
    [InlineData("http://11.1.2.3/", "http://p:1")]
    [InlineData("http://one.port:81/", null)]
    [InlineData("http://one.port/", "http://p:1")]
    public void It_reads_the_environment_as_curl_does(string url, string? proxy)
    {
        var settings = Settings(("http_proxy", "p:1"), ("HTTPS_PROXY", "http://q:2"), ("no_proxy", ".internal.example, 10.0.0.0/8,one.port:81"));
        Assert.Equal(proxy is null ? null : new Uri(proxy), settings.For(new Uri(url)));
    }

    [Fact]
    public void A_star_means_no_proxy_at_all() => Assert.Null(Settings(("all_proxy", "p:1"), ("NO_PROXY", "*")).For(new Uri("http://a/")));

    [Fact]
    public void HTTP_PROXY_in_capitals_is_not_read() => Assert.Null(Settings(("HTTP_PROXY", "p:1")).For(new Uri("http://a/")));

    [Fact]
    public void What_cannot_be_a_proxy_is_said_without_its_password()
    {
        var refused = Assert.Throws<UploadFailedException>(() => Settings(("https_proxy", "socks5://user:geheim@p:1")));
        Assert.Equal(UploadFailure.Usage, refused.Reason);
        Assert.DoesNotContain("geheim", refused.Message, StringComparison.Ordinal);
    }

    private static ProxySettings Settings(params (string Name, string Value)[] environment) =>
        ProxySettings.FromEnvironment(name => environment.FirstOrDefault(e => e.Name == name).Value);
}
