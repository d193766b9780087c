using System.Globalization;
using System.Text;
using System.Text.Json;
using HmacFileServer.Lab.Relay;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Commands;

/// <summary>Obeys the commands that a running lab takes on its standard input and its control socket, one a line.</summary>
internal sealed class LabInterpreter(NetworkLab lab)
{
    public const string FaultHelp =
        """
        LINK unplug [server]              the cable is pulled at the client's (or the server's) end: carrier lost
        LINK plug [server]                ... and plugged in again
        LINK blackhole [up|down]          frames vanish, carriers stay
        LINK restore                      ends the blackhole
        LINK remove-address               the client's address and routes go, the carrier stays
        LINK restore-address
        LINK set CHANGES [up|down]        rate=20mbit,delay=30ms,jitter=5ms,loss=1%,queue=100ms
        LINK flap COUNT DOWN UP           unplugged for DOWN and plugged for UP, such as 200ms 1s, COUNT times
        """;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Obeys one line.</summary>
    /// <returns>The answer; one that starts with <c>error</c> says what was wrong.</returns>
    public async Task<string> ObeyAsync(string line)
    {
        try
        {
            return line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
            {
                ["fault", var link, .. var fault] => await FaultAsync(lab.Link(link), fault),
                ["stats"] => JsonSerializer.Serialize(await lab.ReportAsync(), Json),
                ["table"] => Table(await lab.ReportAsync()),
                ["reset"] => await ResetAsync(),
                _ => "error: commands are: fault LINK ..., stats, table, reset, down\n" + FaultHelp,
            };
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return $"error: {e.Message}";
        }
    }

    private static async Task<string> FaultAsync(LabLink link, string[] fault)
    {
        Task<long>? effect = fault switch
        {
            ["unplug"] => link.PullCableAsync(),
            ["unplug", "server"] => link.PullCableAsync(LinkSide.Server),
            ["plug"] => link.PlugAsync(),
            ["plug", "server"] => link.PlugAsync(LinkSide.Server),
            ["blackhole"] => link.BlackholeAsync(),
            ["blackhole", "up"] => link.BlackholeAsync(LinkDirection.Up),
            ["blackhole", "down"] => link.BlackholeAsync(LinkDirection.Down),
            ["restore"] => link.RestoreAsync(),
            ["remove-address"] => link.RemoveAddressAsync(),
            ["restore-address"] => link.RestoreAddressAsync(),
            ["set", var changes] => link.SetAsync(changes),
            ["set", var changes, "up"] => link.SetAsync(changes, LinkDirection.Up),
            ["set", var changes, "down"] => link.SetAsync(changes, LinkDirection.Down),
            _ => null,
        };
        if (effect is not null)
            return "ok " + (await effect).ToString(CultureInfo.InvariantCulture);
        if (fault is ["flap", var count, var down, var up] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var times))
        {
            await link.FlapAsync(times, Quantity.ParseTime(down), Quantity.ParseTime(up));
            return "ok";
        }
        throw new FormatException($"faults are:\n{FaultHelp}");
    }

    private async Task<string> ResetAsync()
    {
        await lab.ResetLatenessAsync();
        return "ok";
    }

    private static string Table(RelayReport report)
    {
        var text = new StringBuilder("link        dir    frames          bytes  queue-drop   lost  hole  cable  queued  late-mean  late-max\n");
        foreach (var (name, counters) in report.Links)
        {
            foreach (var (direction, c) in new[] { ("up", counters.Up), ("down", counters.Down) })
            {
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"{name,-10}  {direction,-4} {c.Frames,8} {c.Bytes,14}  {c.DroppedByQueue,10} {c.DroppedByLoss,6} {c.DroppedByBlackhole,5} {c.DroppedByCarrier,6} {c.QueuedBytes,7} {c.MeanLatenessMicroseconds,7:0} us {c.LargestLatenessMicroseconds,6:0} us");
            }
        }
        return text.Append(CultureInfo.InvariantCulture, $"relay: {report.CpuNanoseconds / 1e9:0.00} s of processor time, {report.Scheduling}").ToString();
    }
}
