using System.Runtime.InteropServices;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Server.Hosting;
using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Commands;

/// <summary>
/// Reads the configuration again at SIGHUP. `[security]` is in force from the next request on, so that a secret can be changed without a pause; of
/// everything else that changed it says that it waits for the next start. A configuration with errors changes nothing.
/// </summary>
internal sealed class ConfigurationReload : IDisposable
{
    private const string Immediate = "security.";

    private readonly Lock _gate = new(); // one reading at a time; guards _running
    private readonly HmacFileServerOptions _started;
    private readonly Func<HmacFileServerOptions?> _read;
    private readonly ServerHost _host;
    private readonly TimeProvider _clock;
    private readonly PosixSignalRegistration _signal;
    private HmacFileServerOptions _running;

    /// <param name="options">What the process was started with.</param>
    /// <param name="read">Reads it again, and reports what is wrong; null then.</param>
    /// <param name="host">What is running.</param>
    /// <param name="clock">For the expiry of tokens.</param>
    public ConfigurationReload(HmacFileServerOptions options, Func<HmacFileServerOptions?> read, ServerHost host, TimeProvider clock)
    {
        (_started, _running, _read, _host, _clock) = (options, options, read, host, clock);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload();
        });
    }

    public void Dispose() => _signal.Dispose();

    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                if (_read() is { } next)
                    Apply(next);
                else
                    Console.Out.WriteLine("The configuration was not read again: it has errors. Nothing has changed.");
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or FormatException)
            {
                Console.Error.WriteLine($"hmac-file-server: {ex.Message} Nothing has changed.");
            }
        }
    }

    private void Apply(HmacFileServerOptions next)
    {
        // The secret that was made stays where this process keeps it, whatever the file says of the folder now.
        var security = next.Security;
        var secrets = KeptSecret.Load(next with { Server = next.Server with { StoragePath = _started.Server.StoragePath } });
        _host.Replace(new Authority(secrets, security.Jwt, security.ApiTokens, security.AllowAnonymous, _clock));
        var now = ConfigurationReport.Changes(_running, next).Where(IsImmediate).ToList();
        var later = ConfigurationReport.Changes(_started, next).Where(key => !IsImmediate(key)).ToList();
        _running = next;
        Console.Out.WriteLine(now.Count > 0 ? $"The configuration was read again. In force now: {string.Join(", ", now)}" : "The configuration was read again: nothing of [security] has changed.");
        if (later.Count > 0)
            Console.Out.WriteLine($"In force at the next start: {string.Join(", ", later)}");
    }

    private static bool IsImmediate(string key) => key.StartsWith(Immediate, StringComparison.Ordinal);
}
