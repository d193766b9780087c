using System.Globalization;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Clients;

/// <summary>What a program cost from its start to its end, with all that it started.</summary>
/// <param name="User">Processor seconds in the program.</param>
/// <param name="System">Processor seconds in the kernel for it.</param>
/// <param name="Elapsed">Seconds of wall clock.</param>
internal sealed record ClientCost(double User, double System, double Elapsed)
{
    // The shell's `time` takes what wait4(2) tells of the child that ended: exact, in contrast to the ticks of /proc.
    private const string Script = "TIMEFORMAT='cost %3U %3S %3R'; time \"$@\"";

    public double Processor => User + System;

    /// <summary>Runs a program; fails with its output if it does.</summary>
    public static async Task<ClientCost> OfAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var child = ChildProcess.Start("bash", ["-c", Script, "time", program, .. arguments], environment: environment);
        var code = await child.WaitForExitAsync(TimeSpan.FromMinutes(10));
        if (code != 0)
            throw new InvalidOperationException($"{program} ended with {code}:\n{child.Output}");
        var fields = child.Output.Split('\n').Last(l => l.StartsWith("cost ", StringComparison.Ordinal)).Split(' ');
        double At(int index) => double.Parse(fields[index], CultureInfo.InvariantCulture);
        return new ClientCost(At(1), At(2), At(3));
    }
}
