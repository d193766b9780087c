using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>The product's server, running in the lab's server host.</summary>
public sealed class ProductServer
{
    private const int WarmUps = 20;
    private const int WarmUpBytes = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly NetworkLab _lab;
    private readonly string _secret = RandomNumberGenerator.GetHexString(64, lowercase: true);

    private ProductServer(NetworkLab lab) => _lab = lab;

    /// <summary>Reachable over every link, and inside the server's own host whatever happens to them.</summary>
    public IPEndPoint EndPoint { get; } = new(LinkEnds.Service, 8080);

    /// <summary>What clients are given: with uplinks of its own the address of the first.</summary>
    public string BaseUrl => $"http://{(HasUplinks ? new IPEndPoint(_lab.Links[0].Ends.ServerAddress, EndPoint.Port) : EndPoint)}";

    private bool HasUplinks => _lab.Links[0].Ends.IsUplink;

    public Process Process { get; private set; } = null!;

    /// <summary>Starts the server and waits until it accepts connections.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="program">The program <c>hmac-file-server</c>.</param>
    /// <param name="folder">Where its configuration, its data and its log are kept.</param>
    /// <param name="more">More configuration, TOML.</param>
    /// <exception cref="InvalidOperationException">It ended, or does not answer; the message has the end of its log.</exception>
    public static async Task<ProductServer> StartAsync(NetworkLab lab, string program, string folder, string more = "")
    {
        var server = new ProductServer(lab);
        var configuration = Path.Combine(folder, "server.toml");
        await File.WriteAllTextAsync(configuration,
            $"""
            [server]
            listen_address = "{(server.HasUplinks ? $"0.0.0.0:{server.EndPoint.Port}" : server.EndPoint)}"
            announce_interfaces = {(server.HasUplinks ? "true" : "false")}
            storage_path = "{Path.Combine(folder, "data")}"

            [security]
            secret = "{server._secret}"

            {more}
            """);
        await server.RunAsync(program, configuration, Path.Combine(folder, "server.log"));
        await server.WarmUpAsync();
        return server;
    }

    /// <summary>
    /// Some small uploads inside the server's host: a server that people use has compiled its code long before, and what that takes on its first requests
    /// is not the network's.
    /// </summary>
    private async Task WarmUpAsync()
    {
        using var client = Client();
        for (var i = 0; i < WarmUps; i++)
        {
            var slot = $"http://{EndPoint}{Slot("warm-up", WarmUpBytes)}";
            for (var at = 0; at < WarmUpBytes; at += WarmUpBytes / 4)
            {
                using var head = new HttpRequestMessage(HttpMethod.Head, slot);
                head.Headers.TryAddWithoutValidation("Upload-Length", WarmUpBytes.ToString(CultureInfo.InvariantCulture));
                (await client.SendAsync(head)).Dispose();
                using var segment = new ByteArrayContent(new byte[WarmUpBytes / 4]);
                segment.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {at}-{at + (WarmUpBytes / 4) - 1}/{WarmUpBytes}"));
                (await client.PutAsync(slot, segment)).EnsureSuccessStatusCode().Dispose();
            }
        }
    }

    /// <summary>The request target of a slot for a file, signed as Prosody's first variant (PROTOCOLS section 1).</summary>
    public string Slot(string name, long length)
    {
        var path = $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}/{name}";
        var text = string.Create(CultureInfo.InvariantCulture, $"{path} {length}");
        return $"/{path}?v={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_secret), Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>Downloads what is stored for a slot, inside the server's host.</summary>
    /// <returns>SHA-256 in lower-case hex, or what the server said instead.</returns>
    public async Task<string> DigestAsync(string slot)
    {
        using var client = Client();
        using var response = await client.GetAsync($"http://{EndPoint}{slot[..slot.IndexOf('?', StringComparison.Ordinal)]}", HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
            return $"status {(int)response.StatusCode}";
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>Speaks to the server inside its own host.</summary>
    private HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) => new NetworkStream(await ConnectAsync(cancellation), ownsSocket: true),
    });

    private async Task RunAsync(string program, string configuration, string log)
    {
        // Its output goes to a file by a shell, so that nobody has to read a pipe beside the measurement.
        Process = _lab.Server.Start(new ProcessStartInfo("sh", ["-c", "exec \"$0\" run --config \"$1\" > \"$2\" 2>&1", program, configuration, log]));
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            try
            {
                (await ConnectAsync(patience.Token)).Dispose();
                return;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                if (Process.HasExited || patience.IsCancellationRequested)
                    throw new InvalidOperationException($"the server does not answer at {EndPoint}; its log ends with:\n{Tail(log)}", e);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = _lab.Server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(EndPoint, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static string Tail(string log) => File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(20)) : "(empty)";
}
