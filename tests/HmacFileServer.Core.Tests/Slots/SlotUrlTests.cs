using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Slots;

public sealed class SlotUrlTests
{
    private static readonly SlotPath Path = SlotPath.FromDecodedSegments(["a1", "très cool +1 (é) 100%2F?#.bin"])!;

    [Theory]
    [InlineData("https://files.example.org/upload/")]
    [InlineData("https://files.example.org/upload")]
    public void Everything_that_is_not_unreserved_is_escaped(string baseUri) =>
        Assert.Equal(
            "https://files.example.org/upload/a1/tr%C3%A8s%20cool%20%2B1%20%28%C3%A9%29%20100%252F%3F%23.bin?v=00",
            SlotUrl.Build(new Uri(baseUri), Path, "v=00"));

    [Fact]
    public void Without_a_query_it_is_the_download_url() =>
        Assert.EndsWith(".bin", SlotUrl.Build(new Uri("http://127.0.0.1:8080"), Path), StringComparison.Ordinal);

    [Theory]
    [InlineData("ftp://host/")]
    [InlineData("http://host/?a=b")]
    [InlineData("http://host/#f")]
    public void A_base_that_cannot_be_one_is_refused(string baseUri) =>
        Assert.Throws<ArgumentException>(() => SlotUrl.Build(new Uri(baseUri), Path));
}
