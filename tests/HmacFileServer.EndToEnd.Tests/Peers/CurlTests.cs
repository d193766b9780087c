using System.Globalization;
using HmacFileServer.Core.Slots;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>curl as everybody has it: an upload that is cut goes on with `-C`, which sends Content-Range.</summary>
public sealed class CurlTests : IDisposable
{
    private const string Curl = "/usr/bin/curl";
    private const string Name = "a +b%2Fc é.bin";
    private const int Length = 3_000_017;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exp")]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("jwt")]
    public async Task What_is_cut_is_asked_for_and_goes_on_from_there(string variant)
    {
        Assert.SkipUnless(File.Exists(Curl), "curl is not installed (Debian package curl).");
        await using var server = await ServerUnderTest.StartAsync();
        var content = new byte[Length];
        new Random(Length).NextBytes(content);
        await File.WriteAllBytesAsync(_folder["file"], content);
        string[] mint = ["slot", "--variant", variant, "--name", $"folder/{Name}", "--size", Length.ToString(CultureInfo.InvariantCulture), "--url", server.BaseUrl.ToString()];
        var minted = (await ChildProcess.RunAsync(ServerUnderTest.Program, mint, Limit, environment: new Dictionary<string, string> { ["HFS_SECURITY__SECRET"] = server.Secret }))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var url = minted[0];
        string[] proof = minted.Length > 1 ? ["-H", minted[1]] : [];

        await using (var cut = ChildProcess.Start(Curl, ["-sS", .. proof, "--limit-rate", "300k", "-T", _folder["file"], url]))
        {
            await UntilSomethingCameAsync(url, proof);
            cut.Kill();
        }
        var offset = await OffsetAsync(url, proof);
        Assert.InRange(offset, 1, Length - 1);
        var status = await ChildProcess.RunAsync(
            Curl, ["-sS", .. proof, "-o", _folder["answer"], "-w", "%{http_code} %{size_upload}", "-C", offset.ToString(CultureInfo.InvariantCulture), "-T", _folder["file"], url], Limit);

        Assert.Equal($"201 {Length - offset}", status.TrimEnd());
        await ChildProcess.RunAsync(Curl, ["-sSf", "-o", _folder["back"], url.Split('?')[0]], Limit);
        Assert.Equal(content, await File.ReadAllBytesAsync(_folder["back"]));
    }

    [Fact]
    public async Task A_download_that_is_cut_goes_on_too()
    {
        Assert.SkipUnless(File.Exists(Curl), "curl is not installed (Debian package curl).");
        await using var server = await ServerUnderTest.StartAsync();
        var content = new byte[Length];
        new Random(Length).NextBytes(content);
        await File.WriteAllBytesAsync(_folder["file"], content);
        var url = server.Slot("folder", Name, Length, SlotVariant.V1);
        await ChildProcess.RunAsync(Curl, ["-sSf", "-T", _folder["file"], url], Limit);
        await File.WriteAllBytesAsync(_folder["back"], content[..1_000_000]);
        var status = await ChildProcess.RunAsync(Curl, ["-sS", "-o", _folder["back"], "-w", "%{http_code} %{size_download}", "-C", "-", url.Split('?')[0]], Limit);
        Assert.Equal($"206 {Length - 1_000_000}", status.TrimEnd());
        Assert.Equal(content, await File.ReadAllBytesAsync(_folder["back"]));
    }

    private static async Task UntilSomethingCameAsync(string url, string[] proof)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var view = await ChildProcess.RunAsync(Curl, ["-sS", .. proof, "-H", "Accept: application/json", url], Limit);
            if (view.StartsWith('{') && !view.Contains("\"received_bytes\":0,", StringComparison.Ordinal))
                return;
        }
    }

    private static async Task<long> OffsetAsync(string url, string[] proof)
    {
        var headers = await ChildProcess.RunAsync(Curl, ["-sSfI", .. proof, url], Limit);
        var line = headers.Split('\n').Single(l => l.StartsWith("Upload-Offset:", StringComparison.OrdinalIgnoreCase));
        return long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
