using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.Tests.Crash;

/// <summary>
/// The process that is killed: writes uploads in pieces from three threads and publishes them, until its end, and says each commit and
/// publication on standard output once the store has returned from it. The bytes of an upload follow from its id.
/// </summary>
internal static class StoreWriter
{
    public const string Command = "store-writer";
    public const int Length = 3_000_007;
    private const int Threads = 3;
    private const int Piece = 48 * 1024;

    public static byte[] BytesOf(UploadId id) => LocalStoreFixture.Bytes(Length, int.Parse(id.ForLog[..7], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    public static SlotPath SlotOf(UploadId id) => LocalStoreFixture.Slot($"kept/{id}/file.bin");

    /// <summary>Every line ends with ';', so that one that was cut off is known.</summary>
    public static string CommitLine(UploadId id, ByteRange range) => $"commit {id} {range.Start} {range.End};";

    public static string PublishLine(UploadId id) => $"publish {id};";

    public static async Task<int> RunAsync(string dataPath, Durability durability, int seed)
    {
        var random = new Random(seed);
        await using var store = await LocalUploadStore.OpenAsync(new LocalStoreOptions { DataPath = dataPath, Durability = durability }, TimeProvider.System);
        var left = new Queue<StoredUpload>(await store.ListUploadsAsync(default).ToListAsync());
        while (true)
        {
            await using var upload = left.TryDequeue(out var stored)
                ? (await store.OpenAsync(stored.Record.Id, default))!
                : await store.CreateAsync(new UploadRecord(UploadId.Create(), TimeProvider.System.GetUtcNow()) { Length = Length }, default);
            var id = upload.Record.Id;
            var bytes = BytesOf(id);
            var missing = new ConcurrentQueue<ByteRange>(
                Pieces((stored?.Received ?? new RangeSet()).Missing(new ByteRange(0, Length))).OrderBy(_ => random.Next()).ToList());
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => WriteAsync(upload, bytes, missing))));
            var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
            await store.PublishAsync(upload, new StoredFile(SlotOf(id), Length, digest, "x/y", upload.Record.Created, null), default);
            Say(PublishLine(id));
        }
    }

    private static async Task WriteAsync(IStagedUpload upload, byte[] bytes, ConcurrentQueue<ByteRange> missing)
    {
        while (missing.TryDequeue(out var range))
        {
            await upload.WriteAsync(range.Start, new ReadOnlySequence<byte>(bytes, (int)range.Start, (int)range.Length), default);
            await upload.CommitAsync(range, default);
            Say(CommitLine(upload.Record.Id, range));
        }
    }

    private static IEnumerable<ByteRange> Pieces(IEnumerable<ByteRange> ranges)
    {
        foreach (var range in ranges)
        {
            for (var start = range.Start; start < range.End; start += Piece)
                yield return new ByteRange(start, Math.Min(range.End, start + Piece));
        }
    }

    private static void Say(string line)
    {
        lock (Console.Out)
            Console.Out.WriteLine(line);
    }
}
