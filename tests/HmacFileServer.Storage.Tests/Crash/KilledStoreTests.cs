using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Crash;

/// <summary>SIGKILL while a store is busy: whatever it had returned from is there, and every byte that it claims is the right one.</summary>
public sealed class KilledStoreTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Durability.Process, 50)]
    [InlineData(Durability.Power, 10)]
    public async Task Everything_reported_before_a_kill_is_there_after_it(Durability durability, int rounds)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20260101);
        var commits = 0;
        var publications = 0;
        for (var round = 0; round < rounds; round++)
        {
            var said = await KilledAsync(folder["data"], durability, round, lines: random.Next(1, 250));
            commits += said.Count(l => l.StartsWith("commit", StringComparison.Ordinal));
            publications += said.Count(l => l.StartsWith("publish", StringComparison.Ordinal));
            await CheckAsync(folder["data"], durability, said);
        }
        TestContext.Current.SendDiagnosticMessage("{0} kills: {1} commits and {2} publications reported, none lost", rounds, commits, publications);
        Assert.True(commits > rounds);
        Assert.True(publications > 0);
    }

    /// <summary>Lets the writer run until it has said so many lines, kills it wherever it is then, and returns all that it said.</summary>
    private static async Task<List<string>> KilledAsync(string dataPath, Durability durability, int seed, int lines)
    {
        using var program = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            Environment.ProcessPath!, [StoreWriter.Command, dataPath, durability.ToString(), seed.ToString()])
        {
            RedirectStandardOutput = true,
        })!;
        using var limit = new CancellationTokenSource(Limit);
        await using var ending = limit.Token.Register(program.Kill);
        var said = new List<string>();
        while (await program.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.EndsWith(';'))
                said.Add(line);
            if (said.Count == lines)
                program.Kill();
        }
        await program.WaitForExitAsync();
        Assert.True(said.Count >= lines, $"The writer ended by itself, or was slow, after {said.Count} of {lines} lines.");
        return said;
    }

    private static async Task CheckAsync(string dataPath, Durability durability, List<string> said)
    {
        await using var store = await LocalUploadStore.OpenAsync(new LocalStoreOptions { DataPath = dataPath, Durability = durability }, TimeProvider.System);
        var uploads = new Dictionary<UploadId, RangeSet>();
        await foreach (var stored in store.ListUploadsAsync(default))
        {
            uploads.Add(stored.Record.Id, stored.Received);
            await CheckBytesAsync(store, stored);
        }
        foreach (var line in said)
        {
            var words = line.TrimEnd(';').Split(' ');
            Assert.True(UploadId.TryParse(words[1], out var id));
            var isPublished = await store.FindFileAsync(StoreWriter.SlotOf(id), default) is not null;
            Assert.NotEqual(isPublished, uploads.ContainsKey(id));
            if (words[0] == "publish")
                Assert.True(isPublished, line);
            else if (!isPublished)
                Assert.True(uploads[id].Contains(new ByteRange(long.Parse(words[2]), long.Parse(words[3]))), line);
        }
        foreach (var id in said.Select(l => l.Split(' ', ';')[1]).Distinct())
        {
            UploadId.TryParse(id, out var upload);
            if (await store.FindFileAsync(StoreWriter.SlotOf(upload), default) is not { } file)
                continue;
            Assert.Equal(StoreWriter.BytesOf(upload), await File.ReadAllBytesAsync(Path.Combine(dataPath, "files", file.Slot.Value)));
            Assert.True(await store.DeleteFileAsync(file.Slot, default));
        }
    }

    private static async Task CheckBytesAsync(LocalUploadStore store, StoredUpload stored)
    {
        var bytes = StoreWriter.BytesOf(stored.Record.Id);
        await using var upload = (await store.OpenAsync(stored.Record.Id, default))!;
        var held = new byte[StoreWriter.Length];
        await upload.ReadAsync(0, held, default);
        foreach (var run in stored.Received.Runs)
            Assert.True(held.AsSpan((int)run.Start, (int)run.Length).SequenceEqual(bytes.AsSpan((int)run.Start, (int)run.Length)), $"claimed {run}");
    }
}
