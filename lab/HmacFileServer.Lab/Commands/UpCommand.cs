using System.CommandLine;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Commands;

/// <summary><c>hfs-lab up</c>: builds a network and keeps it until told otherwise.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var links = LabOptions.Links();
        var seed = LabOptions.Seed();
        var congestion = LabOptions.CongestionControl();
        var command = new Command("up", "Build a network and keep it; takes commands on standard input and from 'hfs-lab fault'.") { links, seed, congestion };
        command.SetAction((parse, cancellation) => RunAsync(LabOptions.Spec(parse, links, seed, congestion), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(LabSpec spec, CancellationToken cancellation)
    {
        await using var lab = await NetworkLab.StartAsync(spec);
        using var down = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var control = new ControlSocket(lab.Name);
        var interpreter = new LabInterpreter(lab);
        async Task<string> Obey(string line)
        {
            if (line.Trim() != "down")
                return await interpreter.ObeyAsync(line);
            await down.CancelAsync();
            return "ok";
        }
        Console.WriteLine($"{lab.Name} is up: {string.Join(", ", lab.Links.Select(l => $"{l.Name} {l.Ends.ClientAddress}"))}; server {LinkEnds.Service}");
        var served = control.ServeAsync(Obey, down.Token);
        var typed = TypedAsync(Obey, down.Token);
        await served;
        await typed;
        return 0;
    }

    private static async Task TypedAsync(Func<string, Task<string>> obey, CancellationToken cancellation)
    {
        try
        {
            // At the end of the input the lab stays up: it may run in the background.
            while (await Console.In.ReadLineAsync(cancellation).AsTask().WaitAsync(cancellation) is { } line)
            {
                if (line.Length != 0)
                    Console.WriteLine(await obey(line));
            }
        }
        catch (OperationCanceledException)
        {
            // The lab goes down.
        }
    }
}
