using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Http2;

/// <summary>curl with nghttp2, as Debian has it.</summary>
public sealed class CurlTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TestCertificate _certificate = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--http2", "2 201")]
    [InlineData("--http1.1", "1.1 201")]
    public async Task Uploads_resumes_and_downloads(string version, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        var features = await ChildProcess.RunAsync("curl", ["--version"], Limit);
        Assert.SkipUnless(features.Contains("HTTP2", StringComparison.Ordinal), "this curl cannot speak HTTP/2");
        await using var server = await TestServer.StartAsync(certificate: _certificate.Load());
        var bytes = TestServer.Bytes(30_000_000); // more than both windows
        await File.WriteAllBytesAsync(_folder["first"], bytes[..10_000_000]);
        await File.WriteAllBytesAsync(_folder["rest"], bytes[10_000_000..]);
        var url = $"https://127.0.0.1:{server.EndPoint.Port}{server.Slot("s/f", bytes.Length)}";
        string[] common = ["-sS", version, "--cacert", _certificate.CertificateFile, "-w", "%{http_version} %{http_code}", "-H", "Content-Type: application/octet-stream"];

        await ChildProcess.RunAsync("curl", [.. common, "-o", "/dev/null", "-T", _folder["first"], "-H", "Content-Range: bytes 0-9999999/30000000", url], Limit);
        var last = await ChildProcess.RunAsync("curl", [.. common, "-o", "/dev/null", "-T", _folder["rest"], "-H", "Content-Range: bytes 10000000-29999999/30000000", url], Limit);
        Assert.Equal(expected, last.Trim());
        await ChildProcess.RunAsync("curl", [.. common, "-o", _folder["again"], url.Split('?')[0]], Limit);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["again"]));
    }

    [Fact]
    public async Task Of_an_endless_body_that_is_refused_the_answer_comes_at_once()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        await using var server = await TestServer.StartAsync(certificate: _certificate.Load());
        var url = $"https://127.0.0.1:{server.EndPoint.Port}/s/f?v=00";
        foreach (var version in (string[])["--http2", "--http1.1"])
        {
            // More than any buffer between the two, from a file that takes no room.
            await using (var sparse = File.Create(_folder["sparse"]))
                sparse.SetLength(4L << 30);
            var before = TimeProvider.System.GetTimestamp();
            await using var curl = ChildProcess.Start(
                "curl", ["-sS", version, "--cacert", _certificate.CertificateFile, "-T", _folder["sparse"], "-o", "/dev/null", "-w", "%{http_code} %{size_upload}", url]);
            await curl.WaitForExitAsync(Limit);
            var fields = curl.StandardOutput.Split(' ');
            Assert.Equal("403", fields[0]);
            Assert.True(long.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture) < 1L << 30, $"{version}: {fields[1]} bytes were sent");
        }
    }
}
