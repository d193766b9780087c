using System.Net;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Storage;
using HmacFileServer.Server.Connections;
using HmacFileServer.Server.Discovery;
using HmacFileServer.Server.Downloads;
using HmacFileServer.Server.Files;
using HmacFileServer.Server.Health;
using HmacFileServer.Server.Http;
using HmacFileServer.Platform;
using HmacFileServer.Platform.Routes;
using HmacFileServer.Server.Networks;
using HmacFileServer.Server.Networks.Routes;
using HmacFileServer.Server.Profiles;
using HmacFileServer.Server.ResumableUploads;
using HmacFileServer.Server.Segments;
using HmacFileServer.Server.Slots;
using HmacFileServer.Server.Telemetry;
using HmacFileServer.Server.Tus;
using HmacFileServer.Server.Uploads;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HmacFileServer.Server.Hosting;

/// <summary>The parts put together and listening. Owns the store it was given.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServerHost(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

    /// <param name="settings">What the HTTP side needs to know.</param>
    /// <param name="endpoints">Where to listen: addresses, port 0 lets the system choose; or sockets that listen already.</param>
    /// <param name="certificate">For HTTPS; null for plain HTTP.</param>
    /// <param name="store">Where uploads and files are kept; disposed with the host.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="logging">How to log.</param>
    /// <param name="cancellation">Gives the start up.</param>
    public static async Task<ServerHost> StartAsync(
        ServerSettings settings, IReadOnlyList<EndPoint> endpoints, TlsCertificate? certificate, IUploadStore store, TimeProvider clock, Action<ILoggingBuilder> logging, CancellationToken cancellation)
    {
        // Empty: our configuration is ours, ASPNETCORE_* and appsettings.json have no say; and the usual builder watches every folder below the
        // working directory for a change of the latter, which is all of the disk for a service.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, ContentRootPath = AppContext.BaseDirectory });
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            KestrelSetup.Apply(kestrel, settings.Connections);
            foreach (var endpoint in endpoints)
            {
                kestrel.Listen(endpoint, listen =>
                {
                    // Without TLS there is no negotiation, and a proxy in front speaks HTTP/1.1 to us.
                    var tls = endpoint is InheritedEndPoint { IsPlain: true } ? null : certificate;
                    listen.Protocols = tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                    if (tls is not null)
                        listen.UseHttps((_, _, _, _) => ValueTask.FromResult(KestrelSetup.Tls(tls)), null!);
                    listen.Use(next => connection =>
                    {
                        connection.Features.Set(new InterimResponses(connection.Transport.Output));
                        return next(connection);
                    });
                    listen.Use(next =>
                    {
                        var learning = kestrel.ApplicationServices.GetRequiredService<RequestLearning>();
                        return connection => learning.FollowAsync(connection, next);
                    });
                });
            }
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        AddParts(builder.Services, settings, store, clock);
        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<Dispatcher>().HandleAsync);
        if (settings.AllowAnonymous)
            HttpLog.Anonymous(app.Services.GetRequiredService<ILogger<ServerHost>>());
        await app.StartAsync(cancellation);
        return new ServerHost(app);
    }

    /// <summary>From the next request on, these are believed; uploads that have begun go on.</summary>
    public void Replace(Authority authority)
    {
        _app.Services.GetRequiredService<CurrentAuthority>().Replace(authority);
        if (authority.AllowAnonymous)
            HttpLog.Anonymous(_app.Services.GetRequiredService<ILogger<ServerHost>>());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void AddParts(IServiceCollection services, ServerSettings settings, IUploadStore store, TimeProvider clock)
    {
        services.AddSingleton(settings);
        services.AddSingleton(settings.Limits);
        services.AddSingleton(new CurrentAuthority(settings.Authority(clock)));
        services.AddSingleton(clock);
        services.AddSingleton(_ => store); // made by a factory, so that the container disposes it
        services.AddSingleton(new RequestTargetParser(settings.BasePath));
        services.AddSingleton<TransportMemoryPoolFactory>(); // measured: docs/performance.md
        services.AddSingleton<IMemoryPoolFactory<byte>>(parts => parts.GetRequiredService<TransportMemoryPoolFactory>());
        services.AddSingleton(parts => new ReceivePolicy(
            settings.ReceiveBuffer, parts.GetRequiredService<TransportMemoryPoolFactory>().Pool, parts.GetRequiredService<ClientProfiles>().FindByAddress));
        services.AddSingleton<IConnectionListenerFactory, TcpListenerFactory>();
        services.AddSingleton<UploadEngine>();
        services.AddSingleton<UploadEnd>();
        services.AddSingleton<SlotAuthorizer>();
        services.AddSingleton<BodyEndpoint>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton(parts => new PrometheusText(parts.GetRequiredService<ServerMetrics>().Meter));
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton(parts => new UplinkWatch(
            settings, settings.StartMonitor ?? (() => StartMonitor(settings, parts.GetRequiredService<ILogger<UplinkWatch>>(), clock)), clock,
            parts.GetRequiredService<ServerMetrics>(), parts.GetRequiredService<ILogger<UplinkWatch>>()));
        services.AddSingleton<Endpoints>();
        services.AddSingleton<UploadEventStream>();
        services.AddSingleton<UploadEndpoint>();
        services.AddSingleton<DownloadEndpoint>();
        services.AddSingleton<SlotEndpoint>();
        services.AddSingleton<WellKnownEndpoint>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<HealthEndpoint>();
        services.AddSingleton<TusEndpoint>();
        services.AddSingleton<TusCreationEndpoint>();
        services.AddSingleton<ResumableEndpoint>();
        services.AddSingleton<ResumableCreationEndpoint>();
        services.AddSingleton<ApiAuthorizer>();
        services.AddSingleton<FilesEndpoint>();
        services.AddSingleton<ClientIdentity>();
        services.AddSingleton<ClientProfiles>();
        services.AddSingleton<RequestLearning>();
        services.AddSingleton<Dispatcher>();
        services.AddHostedService(parts => parts.GetRequiredService<ClientProfiles>());
        services.AddHostedService<UploadLifetime>();
        services.AddHostedService<ExpirySweep>();
        if (settings.AnnounceInterfaces || settings.NetworkResilience.ManageRoutes)
            services.AddHostedService(parts => parts.GetRequiredService<UplinkWatch>());
        services.AddHostedService(parts => new RouteKeeper(
            parts.GetRequiredService<UplinkWatch>(), settings, RouteTable.Open, RouteTable.IsChangingPermitted, parts.GetRequiredService<ILogger<RouteKeeper>>()));
        if (settings.OtlpEndpoint is { } collector)
            services.AddHostedService(_ => new OtlpExport(collector));
    }

    private static INetworkMonitor StartMonitor(ServerSettings settings, ILogger logger, TimeProvider clock) => NetworkMonitor.Start(
        new MonitorOptions
        {
            TypeOverrides = settings.NetworkResilience.InterfaceTypes.ToDictionary(t => t.Interface, t => t.Type),
            OnFault = e => UplinkLog.MonitorFault(logger, e.Message),
        },
        clock);

    /// <summary>Signals are the program's business: a host inside a test must not catch those of the test.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
