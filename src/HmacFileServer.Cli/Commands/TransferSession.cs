using HmacFileServer.Cli.Rendering;
using HmacFileServer.Client;
using HmacFileServer.Client.State;

namespace HmacFileServer.Cli.Commands;

/// <summary>Several transfers, one after the other: each is shown, its result printed, and the worst of them is the exit code.</summary>
internal sealed class TransferSession
{
    private readonly CancellationToken _cancellation;
    private int _code = ExitCode.Done;

    private TransferSession(TransferInput input, ClientOptions options, CancellationToken cancellation)
    {
        Input = input;
        State = options.State!;
        Options = options;
        _cancellation = cancellation;
    }

    public TransferInput Input { get; }

    public ClientOptions Options { get; }

    public StateFolder State { get; }

    /// <summary>Runs a command, and turns its failures into words and an exit code.</summary>
    public static async Task<int> RunAsync(Func<TransferInput> read, Func<TransferSession, Task> body, CancellationToken cancellation)
    {
        try
        {
            var input = read();
            var configuration = ClientConfiguration.Read(input);
            var session = new TransferSession(input, configuration, cancellation);
            await body(session);
            return session._code;
        }
        catch (UploadFailedException e)
        {
            Console.Error.WriteLine($"hfs: {e.Message}");
            return ExitCode.Of(e.Reason);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>One transfer. A failure is told, and the next one goes on; Ctrl-C ends them all.</summary>
    /// <param name="name">The file's name, to be shown.</param>
    /// <param name="id">What it can be resumed by; null if it cannot.</param>
    /// <param name="index">Which one of them, from 0.</param>
    /// <param name="count">Of how many.</param>
    /// <param name="transfer">Does it.</param>
    /// <param name="print">Shows what came of it.</param>
    /// <returns>False if it failed.</returns>
    public async Task<bool> TransferAsync<T>(
        string name, string? id, int index, int count, Func<IProgress<TransferProgress>, CancellationToken, Task<T>> transfer, Action<T> print)
    {
        await using var view = ProgressView.For(Input, count > 1 ? $"[{index + 1}/{count}] {name}" : name);
        var lines = Input.Output == Output.JsonLines ? new EventLines(Console.Out, name) : null;
        var last = new LastProgress(lines is null ? view : lines, tellsOfWaiting: Input.Output != Output.Quiet && !Input.WantsView);
        try
        {
            var result = await transfer(last, _cancellation);
            await view.DisposeAsync();
            print(result);
            return true;
        }
        catch (UploadFailedException e)
        {
            await view.DisposeAsync();
            Console.Error.WriteLine(count > 1 ? $"hfs: {name}: {e.Message}" : $"hfs: {e.Message}");
            _code = Math.Max(_code, ExitCode.Of(e.Reason));
            return false;
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            await view.DisposeAsync();
            Console.Error.WriteLine($"hfs: stopped{last.Share}. " + (id is null
                ? "Run the same command again to begin anew."
                : State.Read(id) is null ? "Run the same command again to go on." : $"What the server has stays there. Go on with: hfs resume {id}"));
            throw;
        }
    }

    /// <summary>Prints what came of an upload, as it was asked for.</summary>
    public void Print(UploadResult result)
    {
        switch (Input.Output)
        {
            case Output.Json:
                Console.Out.WriteLine(ResultJson.Write(result));
                break;
            case Output.JsonLines:
                Console.Out.WriteLine(ResultJson.Write(result, "done"));
                break;
            case Output.Text:
                Summary.Write(Console.Out, result);
                break;
        }
    }

    /// <summary>Remembers how far it was, for the last words; and tells, where no view does, that a transfer waits for a network.</summary>
    private sealed class LastProgress(IProgress<TransferProgress> next, bool tellsOfWaiting) : IProgress<TransferProgress>
    {
        /// <summary>A switch is over long before.</summary>
        private static readonly TimeSpan Worth = TimeSpan.FromSeconds(2);

        private TransferProgress? _last;
        private long? _since;
        private bool _told;

        public string Share => _last is { Length: > 0 } p ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" at {100.0 * p.DoneBytes / p.Length:F0} %") : "";

        public void Report(TransferProgress value)
        {
            _last = value;
            next.Report(value);
            if (value.Active.Count > 0)
                (_since, _told) = (null, false);
            else
                TellOfWaiting();
        }

        private void TellOfWaiting()
        {
            _since ??= TimeProvider.System.GetTimestamp();
            if (!tellsOfWaiting || _told || TimeProvider.System.GetElapsedTime(_since.Value) < Worth)
                return;
            _told = true;
            Console.Error.WriteLine("hfs: no network leads to the server: waiting for one ('hfs interfaces' lists what there is)");
        }
    }
}
