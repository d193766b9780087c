using HmacFileServer.Cli.Rendering;
using HmacFileServer.Client;
using HmacFileServer.Client.State;

namespace HmacFileServer.Cli.Commands;

/// <summary>Several transfers, one after the other: each is shown, its result printed, and the worst of them is the exit code.</summary>
internal sealed class TransferSession
{
    private readonly UploadClient _client;
    private readonly CancellationToken _cancellation;
    private int _code = ExitCode.Done;

    private TransferSession(TransferInput input, ClientOptions options, UploadClient client, CancellationToken cancellation)
    {
        Input = input;
        State = options.State!;
        _client = client;
        _cancellation = cancellation;
    }

    public TransferInput Input { get; }

    public StateFolder State { get; }

    /// <summary>Runs a command, and turns its failures into words and an exit code.</summary>
    public static async Task<int> RunAsync(Func<TransferInput> read, Func<TransferSession, Task> body, CancellationToken cancellation)
    {
        try
        {
            var input = read();
            var configuration = ClientConfiguration.Read(input);
            await using var client = new UploadClient(configuration);
            var session = new TransferSession(input, configuration, client, cancellation);
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
    public async Task TransferAsync(
        string name, string? id, int index, int count, Func<UploadClient, IProgress<TransferProgress>, CancellationToken, Task<UploadResult>> transfer)
    {
        await using var view = ProgressView.For(Input, count > 1 ? $"[{index + 1}/{count}] {name}" : name);
        var lines = Input.Output == Output.JsonLines ? new EventLines(Console.Out, name) : null;
        var last = new LastProgress(lines is null ? view : lines);
        try
        {
            var result = await transfer(_client, last, _cancellation);
            await view.DisposeAsync();
            Print(result);
        }
        catch (UploadFailedException e)
        {
            await view.DisposeAsync();
            Console.Error.WriteLine(count > 1 ? $"hfs: {name}: {e.Message}" : $"hfs: {e.Message}");
            _code = Math.Max(_code, ExitCode.Of(e.Reason));
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            await view.DisposeAsync();
            Console.Error.WriteLine(id is not null && State.Read(id) is not null
                ? $"hfs: stopped{last.Share}. What the server has stays there. Go on with: hfs resume {id}"
                : $"hfs: stopped{last.Share}. Run the same command again to begin anew.");
            throw;
        }
    }

    private void Print(UploadResult result)
    {
        switch (Input.Output)
        {
            case Output.Json:
                Console.Out.WriteLine(ResultJson.Write(result, Input.Mode));
                break;
            case Output.JsonLines:
                Console.Out.WriteLine(ResultJson.Write(result, Input.Mode, "done"));
                break;
            case Output.Text:
                Summary.Write(Console.Out, result);
                break;
        }
    }

    /// <summary>Remembers how far it was, for the last words.</summary>
    private sealed class LastProgress(IProgress<TransferProgress> next) : IProgress<TransferProgress>
    {
        private TransferProgress? _last;

        public string Share => _last is { Length: > 0 } p ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" at {100.0 * p.DoneBytes / p.Length:F0} %") : "";

        public void Report(TransferProgress value)
        {
            _last = value;
            next.Report(value);
        }
    }
}
