using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage;

namespace HmacFileServer.Testing.PowerCuts;

/// <summary>What <see cref="PowerCutRun"/> found.</summary>
/// <param name="Cuts">Losses of power.</param>
/// <param name="Workloads">Different runs of a store that they were in.</param>
/// <param name="UploadsChecked">Unfinished uploads that were owed.</param>
/// <param name="BytesChecked">Their bytes.</param>
/// <param name="FilesChecked">Finished files that were owed.</param>
/// <param name="Failure">The first broken promise; null if there was none.</param>
public sealed record PowerCutResult(int Cuts, int Workloads, long UploadsChecked, long BytesChecked, long FilesChecked, string? Failure);

/// <summary>
/// Lets a store of durability `power` work, cuts the power at an instant of which nobody can say what it was doing, opens a store on what such
/// a disk may be, and asks for all that had been promised. The index is always lost: it is no promise.
/// </summary>
/// <param name="seed">Of all choices.</param>
/// <param name="forgets">Says of which files and folders the store forgets to sync; null for none: to see that it would show.</param>
public sealed class PowerCutRun(int seed, Func<string, bool>? forgets = null)
{
    private const int CutsInOne = 20; // of one workload: making it costs more than cutting it
    private const int Steps = 40;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(seed);
    private readonly ManualTimeProvider _clock = new();
    private readonly List<PromisedUpload> _uploads = [];
    private DiskRecording _disk = new();
    private int _count;
    private PowerCutResult _result = new(0, 0, 0, 0, 0, null);

    /// <summary>Cuts so often, or until a promise is broken.</summary>
    public async Task<PowerCutResult> RunAsync(int cuts, CancellationToken cancellation)
    {
        while (_result.Cuts < cuts && _result.Failure is null && !cancellation.IsCancellationRequested)
        {
            using var folder = TemporaryFolder.InMemory();
            await WorkAsync(folder["data"]);
            _result = _result with { Workloads = _result.Workloads + 1 };
            for (var i = 0; i < CutsInOne && _result.Cuts < cuts && _result.Failure is null; i++)
                await CutAsync(folder, _random.Next(_disk.Count + 1));
        }
        return _result;
    }

    private static LocalStoreOptions Options(string path) => new() { DataPath = path, Durability = Durability.Power, MinFreeBytes = 0 };

    private async Task WorkAsync(string path)
    {
        _uploads.Clear();
        _disk = new DiskRecording(forgets);
        FileRecorder.Current = _disk;
        try
        {
            await using var store = await LocalUploadStore.OpenAsync(Options(path), _clock);
            for (var step = 0; step < Steps; step++)
                await StepAsync(store);
        }
        finally
        {
            FileRecorder.Current = null;
        }
    }

    private async Task StepAsync(LocalUploadStore store)
    {
        var open = _uploads.Where(u => u.Published.Asked == int.MaxValue && u.Removed.Asked == int.MaxValue).ToList();
        var files = _uploads.Where(u => u.Published.Answered != int.MaxValue && u.Deleted.Asked == int.MaxValue).ToList();
        if (open.Count == 0 || (open.Count < 4 && _random.Next(6) == 0))
        {
            await CreateAsync(store);
            return;
        }
        var upload = open[_random.Next(open.Count)];
        switch (_random.Next(12))
        {
            case 0:
                await AskAsync(upload.Removed, () => store.RemoveAsync(upload.Record.Id, default).AsTask());
                break;
            case 1 when files.Count > 0:
                var file = files[_random.Next(files.Count)];
                await AskAsync(file.Deleted, () => store.DeleteFileAsync(file.Record.Slot!, default).AsTask());
                break;
            case 2:
                await ResetAsync(store, upload);
                break;
            case 3 or 4 or 5:
                await FinishAsync(store, upload);
                break;
            default:
                await WriteAsync(store, upload, Piece(upload));
                break;
        }
    }

    private async Task CreateAsync(LocalUploadStore store)
    {
        var others = _uploads.Where(u => u.Content.Length > 0).ToList();
        var content = others.Count > 0 && _random.Next(4) == 0 ? others[_random.Next(others.Count)].Content : RandomNumberBytes(_random.Next(1, 20_000));
        var record = new UploadRecord(UploadId.Create(), Now)
        {
            Slot = SlotPath.FromDecodedSegments([string.Create(CultureInfo.InvariantCulture, $"s{_random.Next(4)}"), string.Create(CultureInfo.InvariantCulture, $"f{++_count}")]),
            Length = _random.Next(4) == 0 ? null : content.Length,
        };
        var upload = new PromisedUpload(record, content);
        _uploads.Add(upload);
        await AskAsync(upload.Created, async () => await (await store.CreateAsync(record, default)).DisposeAsync());
    }

    private ByteRange Piece(PromisedUpload upload)
    {
        var start = _random.Next(upload.Content.Length);
        return new ByteRange(start, _random.Next(start + 1, upload.Content.Length + 1));
    }

    private async Task WriteAsync(LocalUploadStore store, PromisedUpload upload, ByteRange range)
    {
        await using var staged = (await store.OpenAsync(upload.Record.Id, default))!;
        await staged.WriteAsync(range.Start, new ReadOnlySequence<byte>(upload.Content, (int)range.Start, (int)range.Length), default);
        var when = new PromisedUpload.Moment();
        upload.Commits.Add((range, when));
        await AskAsync(when, () => staged.CommitAsync(range, default).AsTask());
    }

    private async Task ResetAsync(LocalUploadStore store, PromisedUpload upload)
    {
        await using var staged = (await store.OpenAsync(upload.Record.Id, default))!;
        var keep = _random.Next(upload.Content.Length + 1);
        var when = new PromisedUpload.Moment();
        upload.Resets.Add((keep, when));
        await AskAsync(when, () => staged.ResetAsync(keep, default).AsTask());
    }

    private async Task FinishAsync(LocalUploadStore store, PromisedUpload upload)
    {
        foreach (var range in upload.Owed(int.MaxValue - 1).Missing(new ByteRange(0, upload.Content.Length)).ToList())
            await WriteAsync(store, upload, range);
        await using var staged = (await store.OpenAsync(upload.Record.Id, default))!;
        if (staged.Record.Length is null)
            await staged.SetLengthAsync(upload.Content.Length, default);
        var file = new StoredFile(upload.Record.Slot!, upload.Content.Length, Convert.ToHexStringLower(SHA256.HashData(upload.Content)), "a/b", Now, null);
        upload.File = file;
        await AskAsync(upload.Published, () => store.PublishAsync(staged, file, default).AsTask());
    }

    private async Task AskAsync(PromisedUpload.Moment when, Func<Task> action)
    {
        when.Asked = _disk.Count;
        await action();
        when.Answered = _disk.Count;
    }

    private async Task CutAsync(TemporaryFolder folder, int cut)
    {
        var target = Directory.CreateDirectory(folder[string.Create(CultureInfo.InvariantCulture, $"cut{_result.Cuts}")]).FullName;
        new DiskAfterCut(_disk.Until(cut), _random).Write(folder["data"], target);
        _result = _result with { Cuts = _result.Cuts + 1 };
        await using (var store = await LocalUploadStore.OpenAsync(Options(target), _clock))
        {
            var held = new Dictionary<UploadId, StoredUpload>();
            await foreach (var upload in store.ListUploadsAsync(default))
                held.Add(upload.Record.Id, upload);
            foreach (var upload in _uploads.Where(u => u.Created.IsAsked(cut)))
            {
                if (await FindBrokenAsync(store, upload, held.GetValueOrDefault(upload.Record.Id), cut) is { } broken)
                {
                    _result = _result with { Failure = $"Seed {seed}, cut {_result.Cuts} after operation {cut}, {_disk.Until(cut)[^1]}: {broken}" };
                    return;
                }
            }
        }
        Directory.Delete(target, recursive: true);
    }

    private async Task<string?> FindBrokenAsync(LocalUploadStore store, PromisedUpload upload, StoredUpload? held, int cut)
    {
        var name = $"upload to {upload.Record.Slot}";
        var file = await store.FindFileAsync(upload.Record.Slot!, default);
        if (file is not null)
        {
            if (!upload.Published.IsAsked(cut))
                return $"{name} is a file, and nobody asked for it";
            if (upload.Deleted.IsAnswered(cut))
                return $"{name} was deleted, and is there";
            _result = _result with { FilesChecked = _result.FilesChecked + 1 };
            await using var content = (await store.OpenFileAsync(file, default))!;
            return await ReadAsync(content.ReadAsync, (int)content.Length) is var bytes && bytes.AsSpan().SequenceEqual(upload.Content) ? null : $"the file of {name} is not what was sent";
        }
        if (upload.Published.IsAnswered(cut))
            return upload.Deleted.IsAsked(cut) ? null : $"the file of {name} is gone";
        if (held is null)
            return !upload.Created.IsAnswered(cut) || upload.Removed.IsAsked(cut) ? null : $"{name} is gone";
        if (upload.Removed.IsAnswered(cut))
            return $"{name} was removed, and is there";
        return await FindBrokenBytesAsync(store, upload, held, cut) is { } broken ? $"{name}: {broken}" : null;
    }

    private async Task<string?> FindBrokenBytesAsync(LocalUploadStore store, PromisedUpload upload, StoredUpload held, int cut)
    {
        var owed = upload.Owed(cut);
        _result = _result with { UploadsChecked = _result.UploadsChecked + 1, BytesChecked = _result.BytesChecked + owed.Count };
        if (owed.Runs.Any(r => !held.Received.Contains(r)))
            return $"{owed} were promised, {held.Received} are held";
        var possible = upload.Possible(cut);
        if (held.Received.Runs.Any(r => !possible.Contains(r)))
            return $"{held.Received} are claimed, {possible} were ever committed";
        await using var staged = await store.OpenAsync(upload.Record.Id, default);
        foreach (var run in held.Received.Runs)
        {
            var bytes = await ReadAsync((at, memory, token) => staged!.ReadAsync(run.Start + at, memory, token), (int)run.Length);
            if (!bytes.AsSpan().SequenceEqual(upload.Content.AsSpan((int)run.Start, (int)run.Length)))
                return $"the bytes {run} are not what was sent";
        }
        return null;
    }

    private static async Task<byte[]> ReadAsync(Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var count = await read(at, bytes.AsMemory(at), default);
            if (count == 0)
                return bytes[..at];
            at += count;
        }
        return bytes;
    }

    private byte[] RandomNumberBytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
