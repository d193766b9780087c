using System.Globalization;
using HmacFileServer.Cli.Commands;
using HmacFileServer.Client;
using Spectre.Console;

namespace HmacFileServer.Cli.Rendering;

/// <summary>
/// The live view on a terminal: a bar for the file, a line for each path, and each switch as it happens. Silent where the
/// output is not a terminal, or is wanted as JSON or not at all.
/// </summary>
internal sealed class ProgressView : IProgress<TransferProgress>, IAsyncDisposable
{
    private const int BarWidth = 20;
    private const int PathBarWidth = 14;

    /// <summary>Of many switches the last ones are shown; all are in the summary.</summary>
    private const int MostSwitches = 5;

    private readonly string _name;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _drawing = Task.CompletedTask;
    private LiveDisplayContext? _live;

    private ProgressView(string name, IAnsiConsole? console)
    {
        _name = name;
        if (console is not null)
            _drawing = DrawAsync(console);
    }

    public static ProgressView For(TransferInput input, string name)
    {
        if (!input.WantsView)
            return new ProgressView(name, null);
        return new ProgressView(name, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));
    }

    public void Report(TransferProgress value)
    {
        if (_live is not { } live)
            return;
        live.UpdateTarget(Draw(value));
    }

    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        await _drawing;
    }

    private async Task DrawAsync(IAnsiConsole console) =>
        await console.Live(new Text(_name)).AutoClear(true).StartAsync(async live =>
        {
            _live = live;
            await _ended.Task;
            _live = null;
        });

    private Rows Draw(TransferProgress state)
    {
        var share = state.Length == 0 ? 1 : (double)state.DoneBytes / state.Length;
        var rate = state.Paths.Sum(p => p.Rate);
        var left = rate > 1 ? TimeSpan.FromSeconds((state.Length - state.DoneBytes) / rate).ToString(@"h\:mm\:ss", null) : "--:--:--";
        var rows = new List<Text>
        {
            new($"{_name}  {Bar(share, BarWidth)} {share:P0}  {Amount.Bytes(state.DoneBytes)} of {Amount.Bytes(state.Length)}  {left} left"),
        };
        var most = Math.Max(1, state.Paths.Select(p => p.Rate).DefaultIfEmpty().Max());
        foreach (var path in state.Paths)
        {
            // 79 columns: the smallest terminal that people have.
            rows.Add(new Text($"  {path.Interface,-8} {Bar(path.Rate / most, PathBarWidth)} {Amount.Bytes((long)path.Rate),9}/s {Amount.Bytes(path.Bytes),9} "
                + string.Create(CultureInfo.InvariantCulture, $"{path.Rtt?.TotalMilliseconds ?? 0,4:F0} ms  {path.LossPercent:F1} % lost  {path.Role}")));
        }
        if (state.Restarts > 0)
            rows.Add(new Text($"  begun again {state.Restarts} times: this server cannot go on after a break", new Style(Color.Yellow)));
        rows.AddRange(state.Switches.TakeLast(MostSwitches).Select(s => new Text($"  {s.At.TotalSeconds:F1} s: {Amount.Switch(s)}", new Style(Color.Yellow))));
        if (state.Active.Count == 0)
            rows.Add(new Text("  no network leads to the server: waiting for one"));
        return new Rows(rows);
    }

    private static string Bar(double share, int width)
    {
        var full = (int)Math.Clamp(share * width, 0, width);
        return $"[{new string('#', full)}{new string('.', width - full)}]";
    }
}
