using System.Text.Json;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Relay;

/// <summary>
/// The relay's process: reads commands, one a line, and answers each with one line: <c>ok NANOSECONDS</c> (when it took effect,
/// monotonic), <c>json ...</c>, or <c>error ...</c>. It ends when its input ends, so that it never outlives its lab.
/// </summary>
/// <remarks>
/// <c>link NAME CLIENT-DEVICE SERVER-DEVICE SEED UP-SHAPE DOWN-SHAPE</c>, then <c>start</c>; afterwards
/// <c>set|drop|pass NAME up|down|both [CHANGES]</c>, <c>carrier NAME client|server on|off</c>, <c>stats</c>, <c>reset</c>.
/// </remarks>
internal sealed class RelayProgram : IDisposable
{
    private readonly Dictionary<string, RelayLink> _links = [];
    private RelayLoop? _loop;

    /// <summary>Serves until the input ends.</summary>
    /// <returns>The exit code.</returns>
    public int Run(TextReader commands, TextWriter answers)
    {
        while (commands.ReadLine() is { } line)
        {
            string answer;
            try
            {
                answer = Obey(line.Split(' '));
            }
            catch (Exception failure)
            {
                answer = $"error {failure.Message.ReplaceLineEndings(" ")}";
            }
            answers.WriteLine(answer);
            answers.Flush();
        }
        return 0;
    }

    public void Dispose()
    {
        _loop?.Dispose();
        foreach (var link in _links.Values)
            link.Dispose();
    }

    private string Obey(string[] words) => words switch
    {
        ["link", var name, var client, var server, var seed, var up, var down] =>
            Add(new RelayLink(name, client, server, new LinkShape().With(up), new LinkShape().With(down), int.Parse(seed))),
        ["start"] => Start(),
        ["set", var name, var direction, var changes] => Change(name, direction, (wire, now) => wire.Reshape(wire.Shape.With(changes), now)),
        ["drop", var name, var direction] => Change(name, direction, (wire, _) => wire.SetBlackhole(true)),
        ["pass", var name, var direction] => Change(name, direction, (wire, _) => wire.SetBlackhole(false)),
        ["carrier", var name, var side and ("client" or "server"), "off"] => Unplug(_links[name], side),
        ["carrier", var name, var side and ("client" or "server"), "on"] => Plug(_links[name], side),
        ["stats"] => "json " + JsonSerializer.Serialize(Count()),
        ["reset"] => Ok(Loop.Invoke(_ => ResetLateness())),
        _ => "error unknown command",
    };

    private RelayLoop Loop => _loop ?? throw new InvalidOperationException("not started");

    private static string Ok(long at) => $"ok {at}";

    private string Add(RelayLink link)
    {
        _links.Add(link.Name, link);
        return Ok(MonotonicClock.Now);
    }

    private string Start()
    {
        _loop = new RelayLoop(_links.Values);
        _loop.Start();
        return Ok(MonotonicClock.Now);
    }

    private string Change(string name, string direction, Action<Wire, long> change)
    {
        var link = _links[name];
        return Ok(Loop.Invoke(now =>
        {
            if (direction is "up" or "both")
                change(link.Up, now);
            if (direction is "down" or "both")
                change(link.Down, now);
        }));
    }

    private string Unplug(RelayLink link, string side)
    {
        // Frames are lost first; the kernel needs a while to take the carrier away, and other links must not wait for it, so
        // that is done on this thread.
        var at = Loop.Invoke(_ => SetUnplugged(link, true));
        InterfaceSwitches.SetUp(Device(link, side), up: false);
        link.Unplugged.Add(side);
        return Ok(at);
    }

    private string Plug(RelayLink link, string side)
    {
        InterfaceSwitches.SetUp(Device(link, side), up: true);
        link.Unplugged.Remove(side);
        return Ok(Loop.Invoke(_ => SetUnplugged(link, link.Unplugged.Count != 0)));
    }

    private static string Device(RelayLink link, string side) => (side == "client" ? link.Client : link.Server).Device;

    private static void SetUnplugged(RelayLink link, bool on)
    {
        link.Up.SetUnplugged(on);
        link.Down.SetUnplugged(on);
    }

    private void ResetLateness()
    {
        foreach (var link in _links.Values)
        {
            link.Up.ResetLateness();
            link.Down.ResetLateness();
        }
    }

    private RelayReport Count()
    {
        // Between two rounds, so that everything that has come is counted.
        var now = Loop.Invoke(_ => { });
        foreach (var link in _links.Values)
        {
            link.Client.CountOverruns();
            link.Server.CountOverruns();
        }
        return new RelayReport(
            now,
            MonotonicClock.CpuTimeOf(Environment.ProcessId),
            _loop?.Scheduling ?? "",
            _links.ToDictionary(l => l.Key, l => new LinkCounters(l.Value.Up.Count(now), l.Value.Down.Count(now))));
    }
}
