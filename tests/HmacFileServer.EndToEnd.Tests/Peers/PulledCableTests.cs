using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using HmacFileServer.EndToEnd.Tests.Lab;
using HmacFileServer.Lab.Scenarios;
using HmacFileServer.Lab.Topology;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>
/// The main job: a real XMPP server gives a slot to a real XMPP client, the file goes there with `hfs put` over a laptop's three networks, and
/// the cable is pulled in the middle.
/// </summary>
[Collection(NetworkLabCollection.Name)]
public sealed class PulledCableTests : IDisposable
{
    private const string Name = "très cool +1 (é).bin";
    private const string ContentType = "text/plain; charset=utf-8";
    private const string Secret = "shared with Prosody";
    private const int Length = 200_000_000;
    private static readonly IPEndPoint ServerEndPoint = new(LinkEnds.Service, 8080);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // 16 s at 100 Mbit/s, 32 s at 50

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(XmppServerKind.ProsodyV1)]
    [InlineData(XmppServerKind.ProsodyV2)]
    public async Task A_file_for_a_slot_of_Prosody_arrives_whole_although_the_cable_is_pulled(XmppServerKind kind)
    {
        ProsodyServer.SkipUnlessInstalled();
        SlixmppClient.SkipUnlessInstalled();
        Assert.SkipUnless(NetworkLab.CanRun(out var reason), reason);
        var digest = await WriteFileAsync();
        await using var lab = await NetworkLab.StartAsync(LabSpec.ThreeLinks);
        await StartServerAsync(lab);
        await using var prosody = await XmppServers.StartAsync(kind, $"http://{ServerEndPoint}/", Secret);
        var slot = await SlixmppClient.RequestSlotAsync(prosody.Account, Name, Length, ContentType);

        using var progress = new ProgressSampler(lab.Server, ServerEndPoint, slot.Put[$"http://{ServerEndPoint}".Length..], Length);
        var client = lab.Client.Start(new ProcessStartInfo(
            ProductPaths.Find().Client, ["put", _folder[Name], slot.Put, "--content-type", ContentType, "--mode", "failover", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        var output = client.StandardOutput.ReadToEndAsync();
        var errors = client.StandardError.ReadToEndAsync();
        var ended = client.WaitForExitAsync();
        await Task.WhenAny(progress.ReachedAsync(Length / 2), ended).WaitAsync(Patience, TimeProvider.System);
        Assert.False(ended.IsCompleted, $"hfs ended before the cable was pulled: {(ended.IsCompleted ? await errors : "")}");
        await lab.Link("eth0").PullCableAsync();
        await ended.WaitAsync(Patience, TimeProvider.System);

        Assert.True(client.ExitCode == 0, $"hfs ended with {client.ExitCode}: {await errors}");
        using var report = JsonDocument.Parse(await output);
        var pulled = Assert.Single(report.RootElement.GetProperty("switches").EnumerateArray(), s => s.GetProperty("from").GetString() == "eth0");
        Assert.Equal("interface_down", pulled.GetProperty("reason").GetString());
        Assert.Equal(Length, report.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(digest, report.RootElement.GetProperty("sha256").GetString());
        Assert.Equal(digest, await DownloadDigestAsync(lab, slot.Get));
    }

    private async Task<string> WriteFileAsync()
    {
        var content = new byte[Length];
        new Random(Length).NextBytes(content);
        await File.WriteAllBytesAsync(_folder[Name], content);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private async Task StartServerAsync(NetworkLab lab)
    {
        var program = new ProcessStartInfo(ServerUnderTest.Program, ["run", "--listen", ServerEndPoint.ToString(), "--data", _folder["data"]])
        {
            RedirectStandardOutput = true,
        };
        program.Environment["HFS_SECURITY__SECRET"] = Secret;
        var output = lab.Server.Start(program).StandardOutput;
        string? line;
        do
        {
            line = await output.ReadLineAsync().WaitAsync(Patience, TimeProvider.System);
            Assert.True(line is not null, "The server ended before it listened.");
        }
        while (!line.Contains(ServerEndPoint.ToString(), StringComparison.Ordinal));
        _ = output.ReadToEndAsync(); // so that it is never stopped by a full pipe
    }

    private static async Task<string> DownloadDigestAsync(NetworkLab lab, string url)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = lab.Server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(ServerEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        await using var stream = await http.GetStreamAsync(new Uri(url));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }
}
