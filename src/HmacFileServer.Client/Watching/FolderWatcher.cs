using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HmacFileServer.Client.State;

namespace HmacFileServer.Client.Watching;

/// <summary>
/// Hands out the files that are dropped into a folder, each once it is finished, and remembers across processes which of them were uploaded.
/// Hidden files and those that other programs are still downloading are left alone.
/// </summary>
public sealed class FolderWatcher : IDisposable
{
    /// <summary>Names of files that are not finished, by the programs that write them.</summary>
    private static readonly string[] UnfinishedEndings = ["~", ".part", ".partial", ".tmp", ".crdownload", ".download", ".swp"];

    /// <summary>The system may lose events (many files at once, network file systems): everything is looked at again this often.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly TimeSpan _settle;
    private readonly TimeProvider _time;
    private readonly WatchJournal _journal;
    private readonly FileSystemWatcher _watcher;
    private readonly SettleQueue _queue;
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, TimeSpan> _notBefore = new(StringComparer.Ordinal); // files that failed

    private FolderWatcher(string folder, TimeSpan settle, WatchJournal journal, TimeProvider time)
    {
        _folder = folder;
        _settle = settle;
        _journal = journal;
        _time = time;
        _queue = new SettleQueue(settle);
        _watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        _watcher.Created += (_, e) => _seen.Writer.TryWrite(e.FullPath);
        _watcher.Changed += (_, e) => _seen.Writer.TryWrite(e.FullPath);
        _watcher.Renamed += (_, e) => _seen.Writer.TryWrite(e.FullPath);
        _watcher.Error += (_, _) => _seen.Writer.TryWrite(_folder);
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Begins to watch. Fails with <see cref="UploadFailure.Busy"/> if another process does so for the same place.</summary>
    /// <param name="folder">The folder, and all below it.</param>
    /// <param name="target">Where its files go, in the words that are the same the next time.</param>
    /// <param name="state">Where it is remembered what was uploaded.</param>
    /// <param name="settle">A file is finished when nothing about it has changed for so long.</param>
    /// <param name="time">The clock.</param>
    public static FolderWatcher Start(string folder, string target, StateFolder state, TimeSpan settle, TimeProvider time)
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
            throw new UploadFailedException(UploadFailure.File, $"'{folder}' is not a folder.");
        var journal = WatchJournal.TryTake(state, full, target)
            ?? throw new UploadFailedException(UploadFailure.Busy, $"Another process watches '{folder}' for the same place.");
        try
        {
            return new FolderWatcher(full, settle, journal, time);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>The finished files that were not uploaded yet, as they come. Each must be answered with <see cref="Done"/> or <see cref="Failed"/>.</summary>
    /// <param name="onlyPresent">Ends when all that is there now has been handed out; else when it is cancelled.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<string> FilesAsync(bool onlyPresent, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var origin = _time.GetTimestamp();
        var lookAgainAt = TimeSpan.Zero;
        var handedOut = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var now = _time.GetElapsedTime(origin);
            var candidates = new HashSet<string>(_queue.Waiting, StringComparer.Ordinal);
            while (_seen.Reader.TryRead(out var path))
            {
                // A folder that was moved here brings its files without an event for each.
                if (Directory.Exists(path))
                    lookAgainAt = TimeSpan.Zero;
                else
                    candidates.Add(path);
            }
            if (now >= lookAgainAt)
            {
                lookAgainAt = now + LookAgain;
                candidates.UnionWith(All());
            }
            foreach (var file in candidates.Order(StringComparer.Ordinal))
            {
                if (IsWanted(file) && !(onlyPresent && handedOut.Contains(file)) && _queue.Look(file, FileIdentity.Of(file), now))
                {
                    handedOut.Add(file);
                    yield return file;
                }
            }
            if (onlyPresent && _queue.Count == 0)
                yield break;
            await WaitAsync(_queue.Count > 0 ? _settle / 2 : LookAgain, cancellation);
        }
    }

    /// <summary>The file was uploaded, as it was when this is called: it is not handed out again until it changes.</summary>
    /// <param name="file">As it was handed out.</param>
    /// <param name="identity">What it looked like before the upload.</param>
    public void Done(string file, FileIdentity identity)
    {
        _notBefore.Remove(file);
        _journal.Add(Path.GetRelativePath(_folder, file), identity);
    }

    /// <summary>The upload failed: the file is handed out again, but not before some time has passed.</summary>
    /// <param name="file">As it was handed out.</param>
    /// <param name="pause">How long.</param>
    public void Failed(string file, TimeSpan pause)
    {
        _notBefore[file] = _time.GetElapsedTime(0) + pause;
        _seen.Writer.TryWrite(file);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _journal.Dispose();
    }

    private async Task WaitAsync(TimeSpan most, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(most > TimeSpan.FromMilliseconds(10) ? most : TimeSpan.FromMilliseconds(10), _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await _seen.Reader.WaitToReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time to look at what has not settled.
        }
    }

    private List<string> All()
    {
        var files = Directory.EnumerateFiles(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }).ToList();
        _journal.Keep(files.Select(f => Path.GetRelativePath(_folder, f)).ToHashSet(StringComparer.Ordinal));
        return files;
    }

    private bool IsWanted(string file)
    {
        var relative = Path.GetRelativePath(_folder, file);
        if (relative.Split(Path.DirectorySeparatorChar).Any(s => s.StartsWith('.')) || UnfinishedEndings.Any(e => relative.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            return false;
        if (_notBefore.TryGetValue(file, out var at) && _time.GetElapsedTime(0) < at)
            return false;
        return FileIdentity.Of(file) is { } identity && !_journal.Has(relative, identity);
    }
}
