using System.Text;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Slots;

public sealed class RequestTargetParserTests
{
    [Theory]
    [InlineData("/", "/a/b.bin", "a/b.bin")]
    [InlineData("", "/a/b.bin", "a/b.bin")]
    [InlineData("/upload/", "/upload/a/b.bin", "a/b.bin")]
    [InlineData("upload", "/upload/a", "a")]
    [InlineData("/upload", "/%75pload/a", "a")]
    [InlineData("/my%20files/v1/", "/my%20files/v1/a", "a")]
    [InlineData("/", "http://host:8080/a/b", "a/b")]
    [InlineData("/up", "HTTPS://host/up/b?v=1", "b")]
    [InlineData("/", "/s/tr%C3%A8s%20cool%20+1%20(%c3%a9).bin", "s/très cool +1 (é).bin")]
    [InlineData("/", "/s/tr%C3%A8s%20cool%20%2b1%20%28%C3%A9%29.bin", "s/très cool +1 (é).bin")]
    [InlineData("/", "/s/a%252Fb", "s/a%2Fb")]
    [InlineData("/", "/s/100%25", "s/100%")]
    [InlineData("/", "/s/...", "s/...")]
    [InlineData("/", "/s/.hidden", "s/.hidden")]
    [InlineData("/", "/s/a;b=c:d@e,f$g!h*i'j&k", "s/a;b=c:d@e,f$g!h*i'j&k")]
    [InlineData("/", "/s/%F0%9F%98%80", "s/😀")]
    [InlineData("/", "/s/a%5Cb", "s/a\\b")]
    public void A_well_formed_target_gives_the_path_decoded_once(string basePath, string target, string expected)
    {
        var result = new RequestTargetParser(basePath).Parse(target);

        Assert.Equal(RequestTargetFault.None, result.Fault);
        Assert.Equal(expected, result.Target!.Path.Value);
    }

    [Theory]
    [InlineData("*", RequestTargetFault.NotAPath)]
    [InlineData("", RequestTargetFault.NotAPath)]
    [InlineData("host:80", RequestTargetFault.NotAPath)]
    [InlineData("a/b", RequestTargetFault.NotAPath)]
    [InlineData("ftp://host/a", RequestTargetFault.NotAPath)]
    [InlineData("http:///a", RequestTargetFault.NotAPath)]
    [InlineData("http://", RequestTargetFault.NotAPath)]
    [InlineData("/up", RequestTargetFault.NoFileName)]
    [InlineData("/up/", RequestTargetFault.NoFileName)]
    [InlineData("http://host", RequestTargetFault.OutsideBasePath)]
    [InlineData("/", RequestTargetFault.OutsideBasePath)]
    [InlineData("/other/a", RequestTargetFault.OutsideBasePath)]
    [InlineData("/upper/a", RequestTargetFault.OutsideBasePath)]
    [InlineData("/UP/a", RequestTargetFault.OutsideBasePath)]
    [InlineData("//up/a", RequestTargetFault.EmptySegment)]
    [InlineData("/up//a", RequestTargetFault.EmptySegment)]
    [InlineData("/up/a/", RequestTargetFault.EmptySegment)]
    [InlineData("/up/a//b", RequestTargetFault.EmptySegment)]
    [InlineData("/up/./a", RequestTargetFault.DotSegment)]
    [InlineData("/up/../a", RequestTargetFault.DotSegment)]
    [InlineData("/up/%2e%2E/a", RequestTargetFault.DotSegment)]
    [InlineData("/up/.%2e", RequestTargetFault.DotSegment)]
    [InlineData("/other/../up/a", RequestTargetFault.DotSegment)]
    [InlineData("/up/a%2Fb", RequestTargetFault.EncodedSlash)]
    [InlineData("/up/a%2fb", RequestTargetFault.EncodedSlash)]
    [InlineData("/up%2fa", RequestTargetFault.EncodedSlash)]
    [InlineData("/up/..%2fa", RequestTargetFault.EncodedSlash)]
    [InlineData("/up/a%", RequestTargetFault.MalformedEscape)]
    [InlineData("/up/a%4", RequestTargetFault.MalformedEscape)]
    [InlineData("/up/a%zz", RequestTargetFault.MalformedEscape)]
    [InlineData("/up/a%4g", RequestTargetFault.MalformedEscape)]
    [InlineData("/up/a%u0041", RequestTargetFault.MalformedEscape)]
    [InlineData("/up/%FF", RequestTargetFault.InvalidUtf8)]
    [InlineData("/up/%C3", RequestTargetFault.InvalidUtf8)]
    [InlineData("/up/%C0%AF", RequestTargetFault.InvalidUtf8)]
    [InlineData("/up/%C0%AE%C0%AE", RequestTargetFault.InvalidUtf8)]
    [InlineData("/up/%ED%A0%80", RequestTargetFault.InvalidUtf8)]
    [InlineData("/up/%F4%90%80%80", RequestTargetFault.InvalidUtf8)]
    [InlineData("/up/a%00b", RequestTargetFault.ControlCharacter)]
    [InlineData("/up/a%0d%0aX: y", RequestTargetFault.ControlCharacter)]
    [InlineData("/up/a%7F", RequestTargetFault.ControlCharacter)]
    [InlineData("/up/a%C2%85b", RequestTargetFault.ControlCharacter)]
    [InlineData("/up/%C2%A0%C2%80", RequestTargetFault.ControlCharacter)]
    [InlineData("/up/a\tb", RequestTargetFault.ControlCharacter)]
    [InlineData("/up/a b", RequestTargetFault.UnescapedCharacter)]
    [InlineData("/up/a#b", RequestTargetFault.UnescapedCharacter)]
    [InlineData("/up/é", RequestTargetFault.UnescapedCharacter)]
    [InlineData("/up/1/2/3/4/5/6/7/8/9", RequestTargetFault.TooManySegments)]
    [InlineData("/up/a?v=%", RequestTargetFault.MalformedEscape)]
    [InlineData("/up/a?%FF=1", RequestTargetFault.InvalidUtf8)]
    public void A_target_that_could_mean_two_things_is_refused(string target, RequestTargetFault fault)
    {
        var parser = new RequestTargetParser("/up");

        Assert.Equal(fault, parser.Parse(target).Fault);
        Assert.Null(parser.Parse(target).Target);
        var asBytes = parser.Parse(Encoding.UTF8.GetBytes(target));
        Assert.Equal(fault, asBytes.Fault);
    }

    [Fact]
    public void Only_what_names_no_file_here_is_not_found_all_else_is_malformed()
    {
        var parser = new RequestTargetParser("/up");

        Assert.Equal(UploadErrorCode.NotFound, parser.Parse("/other/a").Error);
        Assert.Equal(UploadErrorCode.NotFound, parser.Parse("/up/").Error);
        Assert.Equal(UploadErrorCode.MalformedPath, parser.Parse("/up/%2e%2e").Error);
    }

    [Fact]
    public void Lengths_are_accepted_up_to_their_bound_and_not_beyond()
    {
        var parser = new RequestTargetParser();

        Assert.True(parser.Parse("/" + new string('a', 255)).IsValid);
        Assert.Equal(RequestTargetFault.SegmentTooLong, parser.Parse("/" + new string('a', 256)).Fault);
        Assert.True(parser.Parse("/a" + string.Concat(Enumerable.Repeat("%C3%A9", 127))).IsValid);
        Assert.Equal(RequestTargetFault.SegmentTooLong, parser.Parse("/" + string.Concat(Enumerable.Repeat("%C3%A9", 128))).Fault);
        Assert.True(parser.Parse("/a?" + new string('x', RequestTargetParser.MaxTargetBytes - 3)).IsValid);
        Assert.Equal(RequestTargetFault.TargetTooLong, parser.Parse("/a?" + new string('x', RequestTargetParser.MaxTargetBytes - 2)).Fault);
        Assert.True(parser.Parse("/a?" + string.Concat(Enumerable.Repeat("x&", QueryParameters.MaxCount))).IsValid);
        Assert.Equal(RequestTargetFault.TooManyParameters, parser.Parse("/a?" + string.Concat(Enumerable.Repeat("x&", QueryParameters.MaxCount + 1))).Fault);
    }

    [Fact]
    public void The_query_is_split_first_and_decoded_once()
    {
        var query = new RequestTargetParser().Parse("/a?v=1+2%2B%26%3D&empty=&flag&&x=a=b&%76=2&q=?/..").Target!.Query;

        Assert.Equal(["v=1+2+&=", "empty=", "flag=", "x=a=b", "v=2", "q=?/.."], query.Items.Select(i => $"{i.Key}={i.Value}"));
        Assert.Equal(QueryPresence.Repeated, query.Find("v", out _));
        Assert.Equal(QueryPresence.Once, query.Find("x", out var x));
        Assert.Equal("a=b", x);
        Assert.Equal(QueryPresence.Absent, query.Find("V", out _));
    }

    [Theory]
    [InlineData("/a//b/")]
    [InlineData("/../")]
    [InlineData("/a b/")]
    [InlineData("/a%2fb/")]
    [InlineData("/%zz")]
    public void A_base_path_that_is_no_url_path_is_an_error_that_names_it(string basePath)
    {
        var error = Assert.Throws<ArgumentException>(() => new RequestTargetParser(basePath));

        Assert.Contains($"'{basePath}'", error.Message, StringComparison.Ordinal);
    }
}
