using System.CommandLine;
using HmacFileServer.Lab.Recordings;
using HmacFileServer.Lab.Scenarios;

namespace HmacFileServer.Lab.Commands;

/// <summary><c>hfs-lab record</c>: what a person sees of `hfs` at a terminal, as text.</summary>
internal static class RecordCommand
{
    private static readonly Argument<string[]> Names = new("RECORDING")
    {
        Description = "Which; without it all:\n" + string.Join('\n', Recording.All.Select(r => $"{r.Name}: {r.Title}")),
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for RECORDING.txt.", DefaultValueFactory = _ => Path.Combine("docs", "recordings") };

    public static Command Create()
    {
        var command = new Command("record", "Record sessions at a terminal in the lab.") { Names, Out };
        command.SetAction(async (parse, cancellation) =>
        {
            var names = parse.GetValue(Names)!;
            if (names.FirstOrDefault(n => Recording.All.All(r => r.Name != n)) is { } unknown)
                throw new FormatException($"there is no recording '{unknown}'; there are {string.Join(", ", Recording.All.Select(r => r.Name))}");
            var folder = Directory.CreateDirectory(parse.GetValue(Out)!).FullName;
            var paths = ProductPaths.Find();
            foreach (var recording in Recording.All.Where(r => names.Length == 0 || names.Contains(r.Name)))
            {
                var file = Path.Combine(folder, recording.Name + ".txt");
                await File.WriteAllTextAsync(file, await TerminalRecorder.RecordAsync(recording, paths), cancellation);
                Console.WriteLine(file);
            }
            return 0;
        });
        return command;
    }
}
