using HmacFileServer.Core.Uploads;

namespace HmacFileServer.EndToEnd.Tests.Crashes;

/// <summary>What was acknowledged is there, and nothing is claimed that is not: SIGKILL at instants that nobody chose, then a restart.</summary>
public sealed class KillTests
{
    private const int Kills = 50;
    private const int FileBytes = 160 << 20;
    private const int Seed = 20260101;

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_server_that_is_killed_fifty_times_in_mid_upload_loses_no_acknowledged_byte()
    {
        var random = new Random(Seed);
        var content = new byte[FileBytes];
        random.NextBytes(content);
        await using var server = await ServerUnderTest.StartAsync();
        using var sender = new SegmentSender(server.Slot("killed", "often.bin", content.Length), content);
        var whole = new ByteRange(0, content.Length);
        var held = new RangeSet();

        for (var kill = 1; kill <= Kills; kill++)
        {
            var segments = Cut(held.Missing(whole), random);
            await SendUntilKilledAsync(server, sender, segments, killAfter: random.Next(1, 3 << 20));
            Assert.False(sender.IsComplete, "The file must be larger: it was whole before the last kill.");
            await server.KillAsync();
            await server.StartProcessAsync();

            held = Assert.IsType<RangeSet>(await sender.AskAsync());
            foreach (var range in sender.Acknowledged.Runs)
                Assert.True(held.Contains(range), $"After kill {kill} the server lost {range}, which it had acknowledged. It holds {held}.");
        }

        Assert.True(sender.Acknowledged.Count > 10 << 20, "Too little was acknowledged before the kills: this run proves nothing.");

        // Only what it does not claim is sent, so a false claim would be a hole in the file.
        foreach (var segment in Cut(held.Missing(whole), random))
            Assert.True(await sender.TrySendAsync(segment, static _ => { }));
        Assert.True(sender.IsComplete);
        var stored = await sender.DownloadAsync();
        Assert.True(content.AsSpan().SequenceEqual(stored), "The stored file differs from what was sent.");
    }

    /// <summary>Two connections send; the first that has handed over the last byte before <paramref name="killAfter"/> kills the server.</summary>
    private static async Task SendUntilKilledAsync(ServerUnderTest server, SegmentSender sender, Queue<ByteRange> segments, int killAfter)
    {
        var handed = 0;
        void Sent(int bytes)
        {
            var before = Interlocked.Add(ref handed, bytes) - bytes;
            if (before < killAfter && before + bytes >= killAfter)
                server.Signal();
        }

        var first = segments.Dequeue();
        await Task.WhenAll(WorkAsync(first), WorkAsync(segments.Dequeue()));

        async Task WorkAsync(ByteRange segment)
        {
            while (await sender.TrySendAsync(segment, Sent))
            {
                lock (segments)
                {
                    if (!segments.TryDequeue(out segment))
                        return;
                }
            }
        }
    }

    private static Queue<ByteRange> Cut(IEnumerable<ByteRange> missing, Random random)
    {
        var segments = new Queue<ByteRange>();
        foreach (var hole in missing)
        {
            for (var start = hole.Start; start < hole.End;)
            {
                var end = Math.Min(hole.End, start + random.Next(1, 1 << 20));
                segments.Enqueue(new ByteRange(start, end));
                start = end;
            }
        }
        return segments;
    }
}
