using System.CommandLine;
using System.Globalization;
using HmacFileServer.Cli.Help;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;
using Spectre.Console;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs interfaces`: what the client would use, and why not the rest.</summary>
internal static class InterfacesCommand
{
    /// <summary>How often `--watch` looks at the signals of wireless interfaces, of which the system announces no change.</summary>
    private static readonly TimeSpan SignalPace = TimeSpan.FromSeconds(1);

    /// <summary>Reception wavers by a decibel or two where nobody moves.</summary>
    private const int SignalNews = 3;

    public static Command Create()
    {
        var watch = new Option<bool>("--watch") { Description = "Go on, and print a line for each change." };
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new ExampleCommand("interfaces", "List the network interfaces.", "hfs interfaces", "hfs interfaces --watch --json") { watch, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var monitor = NetworkMonitor.Start(new MonitorOptions(), TimeProvider.System);
            if (!parsed.GetValue(watch))
            {
                Print(monitor.Current, SignalsOf(monitor.Current), parsed.GetValue(json));
                return ExitCode.Done;
            }
            var shown = new Dictionary<string, int>();
            var changed = new SemaphoreSlim(1);
            using var subscription = monitor.Subscribe(_ => changed.Release());
            while (!cancellation.IsCancellationRequested)
            {
                var isNews = await ChangedAsync(changed, cancellation);
                var signals = SignalsOf(monitor.Current);
                if (cancellation.IsCancellationRequested || !(isNews || IsNews(shown, signals)))
                    continue;
                Print(monitor.Current, signals, parsed.GetValue(json));
                shown = signals;
            }
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>True when the system has announced something; false when it is time to look at the signals, or to end.</summary>
    private static async Task<bool> ChangedAsync(SemaphoreSlim changed, CancellationToken cancellation)
    {
        try
        {
            return await changed.WaitAsync(SignalPace, cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Cellular modems and everything else without wireless extensions have none.</summary>
    private static Dictionary<string, int> SignalsOf(IReadOnlyList<InterfaceSnapshot> interfaces) => interfaces.All(i => i.Type != InterfaceType.Wifi)
        ? []
        : WirelessSignal.ReadAll().Where(s => s.LevelDbm is not null).DistinctBy(s => s.Interface).ToDictionary(s => s.Interface, s => s.LevelDbm!.Value);

    /// <summary>A signal came, went, or moved by more than it wavers.</summary>
    internal static bool IsNews(Dictionary<string, int> shown, Dictionary<string, int> now) =>
        shown.Count != now.Count || now.Any(s => !shown.TryGetValue(s.Key, out var before) || Math.Abs(before - s.Value) >= SignalNews);

    private static void Print(IReadOnlyList<InterfaceSnapshot> interfaces, Dictionary<string, int> signals, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(Rendering.InterfaceJson.Write(interfaces, signals));
            return;
        }
        var table = new Table().Border(TableBorder.None);
        foreach (var column in new[] { "INTERFACE", "TYPE", "STATE", "ADDRESSES", "GATEWAY", "SIGNAL" })
            table.AddColumn(column);
        foreach (var one in interfaces)
        {
            table.AddRow(one.Name, one.Type.Name(), State(one), string.Join(", ", one.Addresses),
                one.Routes.FirstOrDefault(r => r.Gateway is not null)?.Gateway?.ToString() ?? "-",
                signals.TryGetValue(one.Name, out var dbm) ? string.Create(CultureInfo.InvariantCulture, $"{dbm} dBm") : "-");
        }
        if (interfaces.Count == 0)
            Console.Out.WriteLine("No network interface was found.");
        else
            AnsiConsole.Write(table);
    }

    internal static string State(InterfaceSnapshot one) =>
        !one.IsUp ? "down" : !one.HasCarrier ? "no carrier" : one.Addresses.Count == 0 ? "no address" : one.Routes.All(r => r.Gateway is null) ? "no route" : "up";
}
