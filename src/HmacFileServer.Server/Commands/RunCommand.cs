using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Telemetry;
using HmacFileServer.Server.Uploads;
using HmacFileServer.Storage;

namespace HmacFileServer.Server.Commands;

/// <summary>`hmac-file-server [run]`.</summary>
internal static class RunCommand
{
    public static Command Create(TimeProvider clock)
    {
        var command = new Command("run", "Run the server; this is what happens without a command, too.");
        Attach(command, clock);
        return command;
    }

    /// <summary>Makes a command run the server.</summary>
    public static void Attach(Command command, TimeProvider clock)
    {
        var common = new CommonOptions();
        common.AddTo(command);
        var print = new Option<bool>("--print-config") { Description = "Print what is in force, as a configuration file without the secrets, and end." };
        command.Options.Add(print);
        command.SetAction((parsed, _) => parsed.GetValue(print)
            ? Task.FromResult(CheckConfigCommand.Print(common, parsed))
            : common.ReadValid(parsed) is { } options ? RunAsync(options, () => common.ReadValid(parsed), clock) : Task.FromResult(ExitCode.Failed));
    }

    private static async Task<int> RunAsync(HmacFileServerOptions options, Func<HmacFileServerOptions?> read, TimeProvider clock)
    {
        using var ending = new CancellationTokenSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        try
        {
            return await ServeAsync(options, read, clock, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or CryptographicException or FormatException)
        {
            await Console.Error.WriteLineAsync($"hmac-file-server: {ex.Message}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> ServeAsync(HmacFileServerOptions options, Func<HmacFileServerOptions?> read, TimeProvider clock, CancellationToken ending)
    {
        var server = options.Server;
        var data = Path.GetFullPath(server.StoragePath);
        using var logging = LoggerFactory.Create(ConfigureLogging);
        var store = await LocalUploadStore.OpenAsync(
            new LocalStoreOptions
            {
                DataPath = data,
                Durability = options.Uploads.Durability,
                MinFreeBytes = options.Uploads.MinFreeBytes,
                Deduplication = options.Uploads.Deduplication,
            },
            clock,
            logging.CreateLogger<LocalUploadStore>());
        var limits = new UploadLimits
        {
            MaxUploadSize = server.MaxUploadSize,
            SessionTimeout = options.Uploads.SessionTimeout,
            MaxUnfinished = options.Uploads.MaxUnfinished,
            MaxRequests = options.Uploads.MaxRequests,
            MaxRequestsPerUpload = options.Uploads.MaxRequestsPerUpload,
            FileTtl = options.Uploads.FileTtl > TimeSpan.Zero ? options.Uploads.FileTtl : null,
        };
        var settings = new ServerSettings(server.BasePath, limits, KeptSecret.Load(options)) 
        {
            TrustedProxies = server.TrustedProxies,
            Connections = new ConnectionLimits(server.MaxConnections, server.MinDataRate, server.MinDataRateGrace)
            {
                MaxRequestLineSize = (int)server.MaxRequestLineSize,
                MaxHeadersSize = (int)server.MaxHeadersSize,
                MaxHeaders = server.MaxHeaders,
                HeadersTimeout = server.HeadersTimeout,
            },
            Jwt = options.Security.Jwt,
            ApiTokens = options.Security.ApiTokens,
            AllowAnonymous = options.Security.AllowAnonymous,
            MetricsEnabled = options.Telemetry.MetricsEnabled,
            OtlpEndpoint = OtlpExport.Endpoint(options.Telemetry.OtlpEndpoint),
            ReceiveBuffer = server.ReceiveBuffer,
            AnnounceInterfaces = server.AnnounceInterfaces,
            Handoff = options.Handoff,
            ClientOptimization = options.ClientOptimization,
            RouteJournalPath = Path.Combine(data, "state", "routes.journal"),
            ProfilesPath = Path.Combine(data, "state", "profiles.db"),
            NetworkResilience = options.NetworkResilience,
            NetworkInterfaces = options.NetworkInterfaces,
        };
        var certificate = TlsCertificate.Load(server, clock, logging.CreateLogger<TlsCertificate>());
        var inherited = SocketActivation.Read(Environment.GetEnvironmentVariable, Environment.ProcessId);
        IReadOnlyList<EndPoint> endpoints = inherited.Count > 0 ? inherited : await EndPointsAsync(server.ListenAddress);
        await using var host = await ServerHost.StartAsync(settings, endpoints, certificate, store, clock, ConfigureLogging, ending);
        foreach (var address in host.Addresses)
            Console.Out.WriteLine(inherited.Count > 0 ? $"Listening on {address}, as the service manager does" : $"Listening on {address}");
        Console.Out.WriteLine($"Data is kept in {data}");
        if (options.Security.Secret is null)
            Console.Out.WriteLine($"No secret is configured: a random one was made and is kept in {KeptSecret.PathIn(data)}");
        using var reload = new ConfigurationReload(options, read, host, clock);
        var notice = new ServiceNotice(Environment.GetEnvironmentVariable(ServiceNotice.Variable));
        notice.Ready();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, ending);
        }
        catch (OperationCanceledException)
        {
            notice.Stopping();
            Console.Out.WriteLine("Ending: running uploads store what they hold, and can be resumed.");
        }
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<IPEndPoint>> EndPointsAsync(ListenAddress listen)
    {
        if (listen.IsAny)
            return [new IPEndPoint(System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, listen.Port)];
        if (listen.Address is { } address)
            return [new IPEndPoint(address, listen.Port)];
        return [.. (await Dns.GetHostAddressesAsync(listen.Host)).Select(a => new IPEndPoint(a, listen.Port))];
    }

    private static void ConfigureLogging(ILoggingBuilder logging) => logging
        .AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            o.UseUtcTimestamp = true;
        })
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None) // it would make an Activity of each request; what stops a start is thrown besides
        .AddFilter("Microsoft", LogLevel.Warning) // its information lines contain request targets, and these contain signatures
        .SetMinimumLevel(LogLevel.Information);
}
