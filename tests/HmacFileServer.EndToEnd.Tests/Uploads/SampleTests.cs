using HmacFileServer.EndToEnd.Tests.CommandLine;
using HmacFileServer.Samples;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>The sample of the library is compiled into these tests, and does what it says.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task It_uploads_and_tells_how_far_it_is()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["f"], new byte[3_000_000]);
        await using var server = await ServerUnderTest.StartAsync();
        var said = new StringWriter();
        var url = await UploadSample.RunAsync(folder["f"], new Uri(server.Slot("s", "f", 3_000_000, contentType: "application/octet-stream")), said);
        Assert.Contains("of 3000000 bytes", said.ToString(), StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal(3_000_000, (await http.GetByteArrayAsync(url)).Length);
    }

    [Fact]
    public void It_is_short() => Assert.InRange(File.ReadAllLines(Path.Combine(HfsProgram.Root, "samples", "UploadSample.cs")).Length, 5, 20);
}
