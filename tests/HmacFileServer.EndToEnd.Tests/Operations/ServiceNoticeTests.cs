using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Operations;

/// <summary>systemd's `Type=notify`: the program says when it is ready and when it begins to end.</summary>
public sealed class ServiceNoticeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_service_manager_is_told_of_the_start_and_the_end(bool isAbstract)
    {
        using var folder = new TemporaryFolder();
        var name = isAbstract ? $"@hfs-test-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}" : folder["notify"];
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{name[1..]}" : name));
        await using var server = ChildProcess.Start(
            ServerUnderTest.Program,
            ["--listen", $"{LoopbackAddress.Next()}:8080", "--data", folder["data"]],
            environment: new Dictionary<string, string> { ["NOTIFY_SOCKET"] = name });

        Assert.Equal("READY=1", await ReceiveAsync(manager));
        Assert.Contains("Listening on", server.Output, StringComparison.Ordinal);
        await ChildProcess.RunAsync("/bin/kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)], Limit);
        Assert.Equal("STOPPING=1", await ReceiveAsync(manager));
        Assert.Equal(0, await server.WaitForExitAsync(Limit));
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Limit);
        var buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
    }
}
