using HmacFileServer.Core.Networks;

namespace HmacFileServer.Testing.Faults;

/// <summary>What one script came to.</summary>
public sealed record FaultRunResult
{
    public required int Seed { get; init; }

    /// <summary>Virtual seconds to the end of the upload.</summary>
    public required double Seconds { get; init; }

    public required int Faults { get; init; }

    public required int Switches { get; init; }

    public required long HandedBytes { get; init; }

    /// <summary>Bytes that arrived although the server had them: what was still on its way when the server was asked.</summary>
    public required long DuplicateBytes { get; init; }

    /// <summary>What must not be; null if all is well.</summary>
    public string? Failure { get; init; }

    /// <summary>The script, for the reader of a failure.</summary>
    public required IReadOnlyList<string> Script { get; init; }
}

/// <summary>An upload over three links under a script of faults, in virtual time.</summary>
public static class FaultRun
{
    public const int Faults = 24;
    public const long Length = 500_000_000;

    /// <summary>Beyond what the slowest link needs alone, all faults and their waits included: an upload that is not over by then hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <param name="seed">Of everything; every third run is in failover mode.</param>
    public static FaultRunResult Run(int seed)
    {
        var random = new Random(seed);
        List<FaultyLink> links =
        [
            new("eth0", 10, 100e6 / 8, TimeSpan.FromMilliseconds(2)),
            new("wlan0", 20, 50e6 / 8, TimeSpan.FromMilliseconds(10)),
            new("wwan0", 30, 20e6 / 8, TimeSpan.FromMilliseconds(30)),
        ];
        var script = VirtualFaultScript.Draw(random, Faults, links);
        var server = new RangeServer();
        PathPolicy policy = seed % 3 == 0 ? new FailoverPolicy(new FailoverOptions()) : new AggregatePolicy(new FailoverOptions());
        var upload = new VirtualUpload(policy, links, server, Length);
        var start = upload.Now;
        var next = 0;
        var lastBegan = start;
        List<(VirtualFault Fault, FaultyLink? Link, TimeSpan Since)> running = [];
        while (!upload.Plan.IsComplete && upload.Now - start < Patience)
        {
            upload.Advance();
            foreach (var (fault, link, since) in running.ToList())
            {
                if (upload.Now - since < fault.Lasts)
                {
                    if (link is not null)
                        fault.During?.Invoke(link, (upload.Now - since) / fault.Lasts);
                    continue;
                }
                link?.Heal();
                running.RemoveAll(r => r.Fault == fault);
            }
            if (next < script.Count && (server.Received.Count >= script[next].AtFraction * Length || upload.Now - lastBegan > VirtualFaultScript.LongestWait))
            {
                var fault = script[next++];
                var link = links.Find(l => l.Name == fault.Link);
                // A link has one fault at a time: the new one ends the one before.
                link?.Heal();
                running.RemoveAll(r => r.Fault.Link == fault.Link);
                fault.Begin(link, server, upload.Now);
                running.Add((fault, link, upload.Now));
                lastBegan = upload.Now;
            }
        }
        return new FaultRunResult
        {
            Seed = seed,
            Seconds = (upload.Now - start).TotalSeconds,
            Faults = next,
            Switches = upload.Switches,
            HandedBytes = upload.Plan.HandedBytes,
            DuplicateBytes = server.DuplicateBytes,
            Script = [.. script.Select(f => f.ToString())],
            Failure = !upload.Plan.IsComplete ? $"hangs: {upload.Plan.Acknowledged.Count} bytes acknowledged, {upload.Plan.FreeBytes} free, {upload.Plan.Uncertain.Count} in doubt, {upload.Plan.Outstanding.Count} segments out"
                : server.Received.Count != Length ? $"the server has {server.Received.Count} bytes of an upload that is said to be complete"
                : upload.WronglyAcknowledged > 0 ? $"{upload.WronglyAcknowledged} bytes were told to be there and were not"
                : upload.AcknowledgedResent > 0 ? $"{upload.AcknowledgedResent} acknowledged bytes were sent again"
                : upload.ResentUnasked > 0 ? $"{upload.ResentUnasked} bytes were sent again before the server said that it lacks them"
                : null,
        };
    }
}
