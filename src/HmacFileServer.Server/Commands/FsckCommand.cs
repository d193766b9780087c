using System.CommandLine;
using System.Globalization;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Storage;

namespace HmacFileServer.Server.Commands;

/// <summary>
/// `hmac-file-server fsck`: compares everything that a data folder keeps twice. 0: all is well; 1: there are findings; 2: nothing was
/// checked, because the command line, the configuration or the folder is not right, or a server uses it.
/// </summary>
internal static class FsckCommand
{
    private const int NotChecked = ExitCode.Usage;

    public static Command Create(TimeProvider clock)
    {
        var common = new CommonOptions();
        var rebuild = new Option<bool>("--rebuild") { Description = "First make the index again from the files on the disk." };
        var removeUnused = new Option<bool>("--remove-unused") { Description = "Delete shared bytes and descriptions that no file uses." };
        var quick = new Option<bool>("--quick") { Description = "Compare names and lengths only; do not read every file to check its digest." };
        var command = new Command("fsck", "Check the data folder while no server runs: files, shared bytes, index and unfinished uploads.") { rebuild, removeUnused, quick };
        common.AddStorageTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (common.ReadValid(parsed) is not { } options)
                return NotChecked;
            var data = Path.GetFullPath(options.Server.StoragePath);
            // Opening would make one: a mistyped path must not come out as an empty folder in which all is well.
            if (!Directory.Exists(Path.Combine(data, "files")) || !Directory.Exists(Path.Combine(data, "state")))
                return await RefuseAsync($"'{data}' is no data folder of this server: give the right one with --data or --config.");
            try
            {
                await using var store = await OpenAsync(options, data, clock);
                return await CheckAsync(store, parsed.GetValue(rebuild), parsed.GetValue(removeUnused), !parsed.GetValue(quick), cancellation);
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                return await RefuseAsync(ex.Message);
            }
        });
        return command;
    }

    private static ValueTask<LocalUploadStore> OpenAsync(HmacFileServerOptions options, string data, TimeProvider clock) => LocalUploadStore.OpenAsync(
        new LocalStoreOptions { DataPath = data, Durability = options.Uploads.Durability, Deduplication = options.Uploads.Deduplication },
        clock,
        new ErrorOutputLogger());

    private static async Task<int> CheckAsync(LocalUploadStore store, bool rebuild, bool removeUnused, bool readContents, CancellationToken cancellation)
    {
        var output = Console.Out;
        if (rebuild)
            await output.WriteLineAsync(Text($"The index was made again: {await store.RebuildIndexAsync(cancellation)} files."));
        var found = await store.VerifyAsync(readContents, cancellation);
        foreach (var problem in found.Problems)
            await output.WriteLineAsync(problem.Detail.Length == 0 ? $"{problem.Kind}: {problem.Name}" : $"{problem.Kind}: {problem.Name} ({problem.Detail})");
        var left = (long)found.Problems.Count;
        if (removeUnused)
        {
            var removed = await store.RemoveUnusedAsync(found.Problems, cancellation);
            left -= removed;
            await output.WriteLineAsync(Text($"Removed what no file uses: {removed}."));
        }
        await output.WriteLineAsync(Text(
            $"{found.Files} files, {found.Blobs} shared contents, {found.Uploads} unfinished uploads; {found.BytesRead} bytes read; {left} findings{(left > 0 ? " left." : ".")}"));
        if (found.Problems.Any(p => p.Kind is StorageProblemKind.NotIndexed or StorageProblemKind.IndexDiffers or StorageProblemKind.FileMissing))
            await output.WriteLineAsync("The index differs from the disk: 'hmac-file-server fsck --rebuild' makes it again.");
        return left == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> RefuseAsync(string message)
    {
        await Console.Error.WriteLineAsync($"hmac-file-server fsck: nothing was checked: {message}");
        return NotChecked;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What opening repaired, said at once and in order: a console logger of the framework writes later, from a thread of its own.</summary>
    private sealed class ErrorOutputLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Console.Error.WriteLine(formatter(state, exception));
        }
    }
}
