using System.Net;
using System.Net.Sockets;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>The real server in this process, on a port of its own, over a store in memory unless another is given.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Secret = "a secret of the tests";

    /// <summary>Was <see cref="Secret"/> before, and still counts. Shorter than what token libraries ask for: XMPP servers do not.</summary>
    public const string PreviousSecret = "8 bytes.";

    /// <summary>What `/files/` asks for.</summary>
    public const string Token = "a token of the tests";

    private readonly ServerHost _host;

    private TestServer(ServerHost host, IUploadStore store, SlotSecrets secrets)
    {
        _host = host;
        Store = store;
        Minter = new SlotMinter(secrets);
        EndPoint = IPEndPoint.Parse(new Uri(host.Addresses[0]).Authority);
    }

    public IPEndPoint EndPoint { get; }

    public IUploadStore Store { get; }

    public InMemoryUploadStore Memory => (InMemoryUploadStore)Store;

    public SlotMinter Minter { get; }

    public IServiceProvider Services => _host.Services;

    public UploadEngine Engine => _host.Services.GetRequiredService<UploadEngine>();

    public static async Task<TestServer> StartAsync(
        IUploadStore? store = null, TimeProvider? clock = null, long maxUploadSize = 1L << 40, string basePath = "/", Action<ILoggingBuilder>? logging = null,
        bool anonymous = false, TlsCertificate? certificate = null, ConnectionLimits? connections = null, int maxUnfinished = 0,
        Func<UploadLimits, UploadLimits>? limited = null, JwtUse jwt = JwtUse.Accepted, TimeSpan? fileTtl = null, Func<INetworkMonitor>? monitor = null,
        Func<ServerSettings, ServerSettings>? configured = null, params IPNetwork[] trustedProxies)
    {
        clock ??= TimeProvider.System;
        store ??= new InMemoryUploadStore(clock);
        var secrets = new SlotSecrets(Secret, [PreviousSecret]);
        var limits = new UploadLimits { MaxUploadSize = maxUploadSize, SessionTimeout = TimeSpan.FromHours(1), MaxUnfinished = maxUnfinished, FileTtl = fileTtl };
        limits = limited is null ? limits : limited(limits);
        var settings = new ServerSettings(basePath, limits, secrets)
        {
            ApiTokens = [Core.Configuration.Secret.FromText(Token)],
            AllowAnonymous = anonymous,
            TrustedProxies = trustedProxies,
            Jwt = jwt,
            AnnounceInterfaces = monitor is not null,
            StartMonitor = monitor,
            Connections = connections ?? new ConnectionLimits(0, 0, TimeSpan.Zero),
        };
        settings = configured is null ? settings : configured(settings);
        var host = await ServerHost.StartAsync(
            settings, [new IPEndPoint(IPAddress.Loopback, 0)], certificate, store, clock, logging ?? (_ => { }), default);
        return new TestServer(host, store, secrets);
    }

    public async Task<RawConnection> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return new RawConnection(socket);
    }

    /// <summary>One request on a connection of its own.</summary>
    public async Task<RawResponse> SendAsync(string head, byte[]? body = null)
    {
        using var connection = await ConnectAsync();
        await connection.SendAsync(head, body);
        return await connection.ReadResponseAsync(isHead: head.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    /// <summary>A signed request target for a file.</summary>
    public string Slot(string path, long length, SlotVariant variant = SlotVariant.V1, string? contentType = null) =>
        $"/{SlotUrl.EncodePath(SlotOf(path))}?{Minter.Mint(variant, SlotOf(path), length, contentType, variant == SlotVariant.Expiring ? DateTimeOffset.UnixEpoch.AddYears(100) : null)}";

    public static SlotPath SlotOf(string path) => SlotPath.FromDecodedSegments(path.Split('/'))!;

    /// <summary>The bytes of a finished file; null if there is none.</summary>
    public async Task<byte[]?> ReadFileAsync(string path)
    {
        var file = await Store.FindFileAsync(SlotOf(path), default);
        if (file is null)
            return null;
        await using var content = await Store.OpenFileAsync(file, default);
        var bytes = new byte[content!.Length];
        for (var at = 0; at < bytes.Length;)
            at += await content.ReadAsync(at, bytes.AsMemory(at), default);
        return bytes;
    }

    /// <summary>Random bytes that a seed gives again.</summary>
    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
