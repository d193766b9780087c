using System.Diagnostics;
using System.Globalization;
using System.Text;
using HmacFileServer.Lab.Scenarios;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Recordings;

/// <summary>Plays a recording's session at a pseudo-terminal (script(1)) in a fresh lab, and writes down what changes on the screen, second by second.</summary>
internal static class TerminalRecorder
{
    private const long FileBytes = 120_000_000;
    private static readonly TimeSpan Frame = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <returns>The recording, as text; neither paths nor names of this machine are in it.</returns>
    /// <exception cref="InvalidOperationException">A command failed.</exception>
    public static async Task<string> RecordAsync(Recording recording, ProductPaths paths)
    {
        var folder = Directory.CreateTempSubdirectory("hfs-lab-").FullName;
        try
        {
            await using var lab = await NetworkLab.StartAsync(LabSpec.ThreeLinks);
            var server = await ProductServer.StartAsync(lab, paths.Server, folder);
            await using (var file = File.Create(Path.Combine(folder, "film.mkv")))
                file.SetLength(FileBytes);
            var script = Path.Combine(folder, "session.sh");
            await File.WriteAllTextAsync(script, Session(recording, paths.Client));
            var start = new ProcessStartInfo("script", ["-q", "-e", "-f", "-c", $"bash {script}", "/dev/null"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            };
            start.Environment["HFS_STATE"] = Path.Combine(folder, "state");
            start.Environment["slot"] = server.BaseUrl + server.Slot("film.mkv", FileBytes);
            start.Environment["TERM"] = "xterm-256color";
            var process = lab.Client.Start(start);
            var text = await PlayAsync(recording, lab, process);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{recording.Name}: a command failed:\n{text}");
            return $"{recording.Title}\n\n{text.Replace(folder, "~", StringComparison.Ordinal)}\n";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Session(Recording recording, string client)
    {
        // stty: a pseudo-terminal of script(1) that has no terminal behind it has no size.
        var text = new StringBuilder("stty cols 100 rows 40\n")
            .Append(CultureInfo.InvariantCulture, $"hfs() {{ timeout --foreground -s INT ${{seconds:-60}} {client} \"$@\"; }}\n");
        foreach (var typed in recording.Commands)
        {
            var interrupted = typed.EndsWith(" ^C", StringComparison.Ordinal);
            var command = interrupted ? typed[..^3] : typed;
            text.Append(CultureInfo.InvariantCulture, $"printf '%s\\n' '$ {command}'\n");
            // timeout(1) ends with 124 where it had to interrupt.
            text.Append(interrupted ? $"seconds=3 ; {command} ; [ $? -eq 124 ] || exit 1 ; seconds=60\n" : $"{command} || exit 1\n");
        }
        return text.ToString();
    }

    private static async Task<string> PlayAsync(Recording recording, NetworkLab lab, Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        var screen = new TerminalScreen();
        var frames = new StringBuilder();
        var started = TimeProvider.System.GetTimestamp();
        var buffer = new char[4096];
        var reading = process.StandardOutput.ReadAsync(buffer, patience.Token).AsTask();
        var faults = new Queue<RecordedFault>(recording.Faults);
        var next = Frame;
        var before = "";
        while (true)
        {
            var now = TimeProvider.System.GetElapsedTime(started);
            var until = faults.TryPeek(out var fault) && fault.At < next ? fault.At : next;
            if (until > now && await Task.WhenAny(reading, Task.Delay(until - now, TimeProvider.System, patience.Token)) == reading)
            {
                if (await reading is not (> 0 and var count))
                    break;
                screen.Write(buffer.AsSpan(0, count));
                reading = process.StandardOutput.ReadAsync(buffer, patience.Token).AsTask();
                continue;
            }
            if (fault is not null && until == fault.At)
            {
                faults.Dequeue();
                frames.Append(CultureInfo.InvariantCulture, $"*** after {fault.At.TotalSeconds:F0} s {fault.What}\n\n");
                await fault.ActAsync(lab);
                continue;
            }
            if (screen.Text != before)
                frames.Append(CultureInfo.InvariantCulture, $"--- after {next.TotalSeconds:F0} s\n{Changed(before, screen.Text)}\n\n");
            before = screen.Text;
            next += Frame;
        }
        await process.WaitForExitAsync(patience.Token);
        return frames.Append(CultureInfo.InvariantCulture, $"--- at the end\n{Changed(before, screen.Text)}").ToString();
    }

    /// <summary>The screen without the lines at its top that were there before.</summary>
    private static string Changed(string before, string after)
    {
        var same = before.Split('\n').Zip(after.Split('\n')).TakeWhile(p => p.First == p.Second).Count();
        return string.Join('\n', after.Split('\n').Skip(same));
    }
}
