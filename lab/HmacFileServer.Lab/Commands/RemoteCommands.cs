using System.CommandLine;
using System.Diagnostics;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Commands;

/// <summary>Commands for a lab that another invocation keeps up.</summary>
internal static class RemoteCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Fault();
        yield return Plain("stats", "Print the counters of every link as JSON.", "stats");
        yield return Plain("table", "Print the counters of every link as a table.", "table");
        yield return Plain("down", "Take the lab down.", "down");
        yield return Exec();
        yield return Clean();
    }

    private static Command Fault()
    {
        var lab = LabOptions.Lab();
        var words = new Argument<string[]>("LINK FAULT") { Description = "\n" + LabInterpreter.FaultHelp, Arity = ArgumentArity.OneOrMore };
        var command = new Command("fault", "Do something to a link of the running lab.") { lab, words };
        command.SetAction(parse => AskAsync(parse.GetValue(lab), "fault " + string.Join(' ', parse.GetValue(words)!)));
        return command;
    }

    private static Command Plain(string name, string description, string line)
    {
        var lab = LabOptions.Lab();
        var command = new Command(name, description) { lab };
        command.SetAction(parse => AskAsync(parse.GetValue(lab), line));
        return command;
    }

    private static Command Exec()
    {
        var lab = LabOptions.Lab();
        var host = new Argument<string>("HOST") { Description = "client or server" };
        host.AcceptOnlyFromAmong("client", "server");
        var words = new Argument<string[]>("COMMAND") { Description = "after --", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a command in a host of the running lab: hfs-lab exec client -- ping 198.18.0.1") { lab, host, words };
        command.SetAction(async (parse, cancellation) =>
        {
            var name = LabOptions.RunningLab(parse.GetValue(lab));
            using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", $"{name}-{parse.GetValue(host)}", .. parse.GetValue(words)!]))!;
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        });
        return command;
    }

    private static Command Clean()
    {
        var command = new Command("clean", "Remove what labs left whose process is dead.");
        command.SetAction(async (_, _) =>
        {
            foreach (var name in await NetworkNamespaces.CleanAsync())
                Console.WriteLine($"removed {name}");
            return 0;
        });
        return command;
    }

    private static async Task<int> AskAsync(string? lab, string line)
    {
        var answer = await ControlSocket.AskAsync(LabOptions.RunningLab(lab), line);
        Console.Write(answer);
        return answer.StartsWith("error", StringComparison.Ordinal) ? 1 : 0;
    }
}
