using System.CommandLine;
using HmacFileServer.Cli.Help;
using HmacFileServer.Core.Networks;
using HmacFileServer.Platform;
using Spectre.Console;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs interfaces`: what the client would use, and why not the rest.</summary>
internal static class InterfacesCommand
{
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
                Print(monitor.Current, parsed.GetValue(json));
                return ExitCode.Done;
            }
            var changed = new SemaphoreSlim(1);
            using var subscription = monitor.Subscribe(_ => changed.Release());
            while (!cancellation.IsCancellationRequested)
            {
                await changed.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!cancellation.IsCancellationRequested)
                    Print(monitor.Current, parsed.GetValue(json));
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<InterfaceSnapshot> interfaces, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(Rendering.InterfaceJson.Write(interfaces));
            return;
        }
        var table = new Table().Border(TableBorder.None);
        foreach (var column in new[] { "INTERFACE", "TYPE", "STATE", "ADDRESSES", "GATEWAY" })
            table.AddColumn(column);
        foreach (var one in interfaces)
        {
            table.AddRow(one.Name, one.Type.Name(), State(one), string.Join(", ", one.Addresses),
                one.Routes.FirstOrDefault(r => r.Gateway is not null)?.Gateway?.ToString() ?? "-");
        }
        if (interfaces.Count == 0)
            Console.Out.WriteLine("No network interface was found.");
        else
            AnsiConsole.Write(table);
    }

    internal static string State(InterfaceSnapshot one) =>
        !one.IsUp ? "down" : !one.HasCarrier ? "no carrier" : one.Addresses.Count == 0 ? "no address" : one.Routes.All(r => r.Gateway is null) ? "no route" : "up";
}
