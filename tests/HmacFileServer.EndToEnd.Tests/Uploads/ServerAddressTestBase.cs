using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HmacFileServer.Client;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.EndToEnd.Tests.Foreign;
using HmacFileServer.EndToEnd.Tests.Peers;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Tests.Networks;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Testing;
using HmacFileServer.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace HmacFileServer.EndToEnd.Tests.Uploads;

/// <summary>
/// A server with several addresses: relays stand for its uplinks, A and B, and a scripted monitor for what it knows of them. The client has nothing but
/// loopback, so that every change is one of the server's address.
/// </summary>
public abstract class ServerAddressTestBase : IAsyncLifetime
{
    protected const int Port = 8091;
    protected const int Length = 16_000_000;
    private const int Rate = 4_000_000;
    private const string Secret = "a secret for tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly IPEndPoint _at = new(LoopbackAddress.Next(), Port);
    private TestCertificate? _certificate;
    private byte[] _bytes = [];
    private ServerHost _server = null!;

    private protected ScriptedMonitor Uplinks { get; } = new();

    private protected CuttingRelay A { get; private set; } = null!;

    private protected CuttingRelay B { get; private set; } = null!;

    /// <summary>What the client's trace said.</summary>
    protected List<string> Said { get; } = [];

    protected string Folder => _folder.Path;

    protected (string, InterfaceType, string) Eth0 => ("eth0", InterfaceType.Ethernet, A.Url.Host);

    protected (string, InterfaceType, string) Wlan0 => ("wlan0", InterfaceType.Wifi, B.Url.Host);

    /// <summary>The name that the certificate is for, and the URL's host; null for plain HTTP and an address.</summary>
    protected virtual string? Name => null;

    public async ValueTask InitializeAsync()
    {
        A = Relay();
        B = Relay();
        Uplinks.Set(Eth0, Wlan0);
        _certificate = Name is null ? null : TestCertificate.Create(_folder.Path, Name);
        var tls = _certificate is null
            ? null
            : TlsCertificate.Load(new ServerOptions { TlsCertFile = _certificate.CertificateFile, TlsKeyFile = _certificate.KeyFile }, TimeProvider.System, NullLogger.Instance);
        _server = await ServerHost.StartAsync(
            new ServerSettings("/", new UploadLimits { MaxUploadSize = 1L << 30, SessionTimeout = TimeSpan.FromHours(1) }, new SlotSecrets(Secret))
            {
                AnnounceInterfaces = true,
                StartMonitor = () => Uplinks,
                NetworkResilience = new NetworkResilienceOptions { InterfaceStabilityTime = TimeSpan.FromMilliseconds(200) },
            },
            [_at], tls, new InMemoryUploadStore(TimeProvider.System), TimeProvider.System, _ => { }, CancellationToken.None);
        _bytes = RandomNumberGenerator.GetBytes(Length);
        await File.WriteAllBytesAsync(_folder["f"], _bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task<UploadResult> UploadAsync(ClientOptions options, params (double At, Action Act)[] steps) => UploadAsync(options, TransferMode.Failover, steps);

    protected async Task<UploadResult> UploadAsync(ClientOptions options, TransferMode mode, params (double At, Action Act)[] steps)
    {
        await using var client = new UploadClient(Complete(options));
        var (watcher, done) = Watch(steps);
        var result = await client.UploadAsync(new UploadRequest(_folder["f"], Slot()) { Mode = mode }, watcher).WaitAsync(Patience);
        Assert.Equal(steps.Length, done());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_bytes)), result.Sha256);
        return result;
    }

    /// <summary>Stores the file over the first address, without haste and without steps, and fetches it from there.</summary>
    protected async Task<DownloadResult> DownloadAsync(ClientOptions options, TransferMode mode, params (double At, Action Act)[] steps)
    {
        Uri url;
        await using (var storing = new UploadClient(Complete(options) with { FollowServer = false, BandwidthLimit = null }))
            url = (await storing.UploadAsync(new UploadRequest(_folder["f"], Slot())).WaitAsync(Patience)).Url;
        await using var client = new DownloadClient(Complete(options));
        var (watcher, done) = Watch(steps);
        var result = await client.DownloadAsync(new DownloadRequest(url, _folder["out"]) { Mode = mode }, watcher).WaitAsync(Patience);
        Assert.Equal(steps.Length, done());
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["out"]));
        return result;
    }

    /// <summary>Somebody who answers, and is not the server: what was heard is written down until the cancellation.</summary>
    protected static async Task ListenAsync(TcpListener listener, StringBuilder heard, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(cancellation);
                if (await socket.ReceiveAsync(buffer, cancellation) is var read)
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
                // What is there looks alive, and is not ours.
                await socket.SendAsync("HTTP/1.1 204 No Content\r\nServer: other\r\n\r\n"u8.ToArray(), cancellation);
                while (await socket.ReceiveAsync(buffer, cancellation) is > 0 and var more)
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, more));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private (IProgress<TransferProgress> Watcher, Func<int> Done) Watch((double At, Action Act)[] steps)
    {
        var next = 0;
        // Not before the second address is connected, or found to be none: what happens before is not what these tests are about.
        var watcher = new Watcher(p =>
        {
            if (next < steps.Length && p.DoneBytes > steps[next].At * Length && p.Elapsed > TimeSpan.FromSeconds(1.5))
                steps[next++].Act();
        });
        return (watcher, () => next);
    }

    private ClientOptions Complete(ClientOptions options) => options with
    {
        BandwidthLimit = Rate,
        Trace = (at, what) =>
        {
            lock (Said)
                Said.Add($"{at.TotalSeconds:F3} {what}");
        },
        Resolve = (_, _) => Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Parse(A.Url.Host)]),
        Authorities = _certificate is null ? [] : [X509CertificateLoader.LoadCertificateFromFile(_certificate.CertificateFile)],
    };

    private CuttingRelay Relay() => new(_at, new IPEndPoint(LoopbackAddress.Next(), Port), ofServer: false);

    private Uri Slot()
    {
        var path = SlotPath.FromDecodedSegments([Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), "f.bin"])!;
        var query = new SlotMinter(new SlotSecrets(Secret)).Mint(SlotVariant.Expiring, path, Length, "application/octet-stream", TimeProvider.System.GetUtcNow().AddHours(1));
        return new Uri(SlotUrl.Build(Name is null ? A.Url : new Uri($"https://{Name}:{Port}/"), path, query));
    }

    private sealed class Watcher(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
