using System.CommandLine;
using System.Globalization;
using HmacFileServer.Lab.Bulk;
using HmacFileServer.Lab.Relay;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Commands;

/// <summary><c>hfs-lab bulk</c>: TCP over every link at once, and what the lab makes of it.</summary>
internal static class BulkCommand
{
    public static Command Create()
    {
        var links = LabOptions.Links();
        var seed = LabOptions.Seed();
        var congestion = LabOptions.CongestionControl();
        var seconds = new Option<double>("--seconds") { Description = "How long to send, 1 to 600.", DefaultValueFactory = _ => 10 };
        var command = new Command("bulk", "Build a network, send TCP over every link at once, and print rates, accuracy and cost.") { links, seed, congestion, seconds };
        command.SetAction(async (parse, cancellation) =>
        {
            var time = Math.Clamp(parse.GetValue(seconds), 1, 600);
            await using var lab = await NetworkLab.StartAsync(LabOptions.Spec(parse, links, seed, congestion));
            await RunAsync(lab, TimeSpan.FromSeconds(time), cancellation);
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(NetworkLab lab, TimeSpan duration, CancellationToken cancellation)
    {
        var before = await lab.ReportAsync();
        var results = await Task.WhenAll(lab.Links.Select(l =>
            BulkTransfer.MeasureAsync(lab, l.Name, duration, warmUp: duration / 4, cancellation)));
        var after = await lab.ReportAsync();
        foreach (var (link, result) in lab.Links.Zip(results))
        {
            var up = after.Links[link.Name].Up;
            Print($"{link.Name}: {result.WireBitsPerSecond / 1e6:0.00} Mbit/s on the wire, longest gap {result.LongestGapMilliseconds:0.0} ms");
            Print($"  {up.Frames} frames up, {up.DroppedByQueue} dropped by the queue, {up.DroppedByRelay} by the relay");
            Print($"  late by {up.MeanLatenessMicroseconds:0} us in the mean, {up.LargestLatenessMicroseconds:0} us at most; {up.LateFrames} by more than 1 ms");
        }
        Print($"relay: {Cost(before, after):0.0} % of a core ({after.Scheduling}), with the hosts' work on the frames it delivers");
    }

    private static double Cost(RelayReport before, RelayReport after) =>
        100.0 * (after.CpuNanoseconds - before.CpuNanoseconds) / (after.At - before.At);

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
