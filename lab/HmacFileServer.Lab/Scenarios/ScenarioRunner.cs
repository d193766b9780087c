using System.Security.Cryptography;
using HmacFileServer.Lab.Bulk;
using HmacFileServer.Lab.Relay;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>Runs a scenario: a fresh lab, server and file each time.</summary>
public sealed class ScenarioRunner(Scenario scenario, ProductPaths paths)
{
    // Far beyond what an upload takes that goes on at all: eight times what the slowest link of the issue would need alone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private const long Around = 1_000_000_000; // ns after a fault or switch that belong to it: a new connection's slow start too
    private const int GapsReported = 5;

    /// <summary>Runs it once.</summary>
    /// <param name="seed">Of the file's content, loss and jitter.</param>
    /// <param name="cancellation">Gives up; everything that was started is ended.</param>
    public async Task<RunResult> RunAsync(int seed, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("hfs-lab-").FullName;
        try
        {
            await using var lab = await NetworkLab.StartAsync(scenario.Links with { Seed = seed });
            return await RunAsync(lab, folder, seed, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<RunResult> RunAsync(NetworkLab lab, string folder, int seed, CancellationToken cancellation)
    {
        var (file, digest) = await MakeFileAsync(folder, seed);
        var configuration = scenario.ClientConfiguration.Length == 0 ? null : Path.Combine(folder, "client.toml");
        if (configuration is not null)
            await File.WriteAllTextAsync(configuration, scenario.ClientConfiguration, cancellation);
        var server = await ProductServer.StartAsync(lab, paths.Server, folder, scenario.ServerConfiguration);
        if (scenario.PrepareAsync is { } prepare)
            await prepare(lab);
        var slot = server.Slot(Path.GetFileName(file), scenario.FileBytes);

        using var progress = new ProgressSampler(lab.Server, server.EndPoint, slot, scenario.FileBytes);
        using var inFlight = new InFlightSampler(lab.Device, lab.Device == lab.Client && scenario.Steps.All(s => s.Link is null) ? lab.Link(scenario.Link) : null, server.EndPoint);
        await lab.ResetLatenessAsync();
        var before = await lab.ReportAsync();
        var client = ClientRun.Start(lab, paths, file, server.BaseUrl + slot, scenario.Mode, configuration);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var ended = client.EndedAsync(patience.Token);
        List<long> faults = [];
        string? failure = null;
        var script = FaultScript.Draw(seed, scenario.RandomFaults, scenario.Links.Links);
        var scripted = 0;
        try
        {
            faults = await StepAsync(lab, progress, inFlight, ended, patience.Token);
            scripted = await script.PlayAsync(lab, part => progress.ReachedAsync((long)(part * scenario.FileBytes)), ended);
            await ended;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            client.Kill();
            failure = $"the upload had not ended after {Patience.TotalSeconds:0} s";
        }
        var after = await lab.ReportAsync();
        var trace = progress.Stop();
        var (refusal, report) = await client.ResultAsync();
        var stored = refusal is null ? await server.DigestAsync(slot) : "";
        failure ??= refusal
            ?? (faults.Count < scenario.Steps.Count || scripted < scenario.RandomFaults ? "the upload ended before every step was done" : null)
            ?? (stored != digest ? $"the server does not give the file's bytes back: {stored}" : null)
            // Of a script, a frame lost is one more fault.
            ?? (Lost(after) > 0 && scenario.RandomFaults == 0 ? "the relay lost frames itself: the machine is too busy" : null)
            ?? Misled(report)
            ?? Expectations.Check(report, scenario.Switches, scenario.Paths)
            ?? await RepeatAsync(lab, server, file, configuration, cancellation);
        if (failure is not null && refusal is not null)
            failure += $"\nserver log:\n{ProductServer.Tail(Path.Combine(folder, "server.log"))}";
        var (mptcp, missing) = scenario.BesideMptcp ? await BesideAsync(lab, cancellation) : (0, null);
        return Result(trace, faults, report) with
        {
            MptcpCapacityPercent = mptcp,
            MptcpMissing = missing,
            Failure = failure,
            Faults = script.Log,
            InFlightBytes = Math.Max(inFlight.LargestBytes, report.InFlightBytes), // the client's own count is exact, the sampler's may miss the peak
            DuplicateBytes = progress.DuplicateBytes,
            SamplerPauseMs = progress.LongestPauseMilliseconds,
            RelayLateFrames = after.Links.Values.Sum(l => l.Up.LateFrames + l.Down.LateFrames),
            RelayLostFrames = Lost(after),
            RelayCpuPercent = 100.0 * (after.CpuNanoseconds - before.CpuNanoseconds) / (after.At - before.At),
        };
    }

    /// <summary>The same device comes again, and knows what it learned.</summary>
    /// <returns>What was wrong, or null.</returns>
    private async Task<string?> RepeatAsync(NetworkLab lab, ProductServer server, string file, string? configuration, CancellationToken cancellation)
    {
        if (scenario.SecondFileBytes == 0)
            return null;
        await using (var shorter = File.OpenWrite(file))
            shorter.SetLength(scenario.SecondFileBytes);
        var client = ClientRun.Start(lab, paths, file, server.BaseUrl + server.Slot("second.bin", scenario.SecondFileBytes), scenario.Mode, configuration);
        await client.EndedAsync(cancellation).WaitAsync(Patience, TimeProvider.System, cancellation);
        var (refusal, report) = await client.ResultAsync();
        return (refusal ?? Expectations.Check(report, [], scenario.SecondPaths)) is { } wrong ? $"second upload: {wrong}" : null;
    }

    private async Task<(double CapacityPercent, string? Missing)> BesideAsync(NetworkLab lab, CancellationToken cancellation)
    {
        try
        {
            var took = await MptcpTransfer.MeasureAsync(lab, scenario.FileBytes, cancellation);
            return (CapacityPercent(took.TotalSeconds), null);
        }
        catch (IOException e)
        {
            return (0, e.Message);
        }
    }

    private double CapacityPercent(double seconds) => seconds > 0 ? 100 * scenario.FileBytes * 8 / seconds / scenario.CapacityBitsPerSecond : 0;

    /// <summary>Does the scenario's steps at their times, as long as the upload runs.</summary>
    private async Task<List<long>> StepAsync(NetworkLab lab, ProgressSampler progress, InFlightSampler inFlight, Task ended, CancellationToken cancellation)
    {
        List<long> done = [];
        foreach (var step in scenario.Steps)
        {
            if (step.AtFraction is { } fraction)
                await Task.WhenAny(progress.ReachedAsync((long)(fraction * scenario.FileBytes)), ended);
            await Task.WhenAny(Task.Delay(step.After, TimeProvider.System, cancellation), ended);
            if (ended.IsCompleted)
                break;
            if (done.Count == 0)
                inFlight.Restart();
            done.Add(await step.ActAsync(lab.Link(step.Link ?? scenario.Link)));
        }
        return done;
    }

    private RunResult Result(ProgressTrace trace, List<long> faults, ClientReport report)
    {
        var first = trace.Steps.Count == 0 ? 0 : trace.Steps[0].At;
        var gaps = trace.Steps.Zip(trace.Steps.Skip(1), (a, b) => new GapResult((b.At - first) / 1e6, (b.At - a.At) / 1e6, a.Bytes));
        List<long> events = [.. faults, .. faults.Count == 0 ? [] : report.LaterSwitches(faults[0])];
        return new RunResult
        {
            StallMs = events.Count == 0 ? trace.LongestGapMilliseconds() : events.Max(e => trace.LongestGapMilliseconds(e, e + Around)),
            GapBeforeMs = faults.Count == 0 ? 0 : trace.LongestGapBeforeMilliseconds(faults[0]),
            LongestGapMs = trace.LongestGapMilliseconds(),
            Seconds = trace.Seconds,
            MegabitsPerSecond = trace.Seconds > 0 ? (trace.Bytes - trace.Steps[0].Bytes) * 8 / trace.Seconds / 1e6 : 0,
            ResentBytes = (long)report.Number("resent_bytes"),
            ClientStallMs = report.Number("largest_stall_ms"),
            ClientReport = report.Json,
            CapacityPercent = CapacityPercent(report.Number("seconds")),
            RemainingPercent = faults.Count == 0 ? 0 : 100 * trace.BytesPerSecondSince(faults[0]) * 8 / scenario.RemainingBitsPerSecond,
            EventsAtMs = [.. events.Select(e => (e - first) / 1e6)],
            LongestGaps = [.. gaps.OrderByDescending(g => g.Ms).Take(GapsReported)],
        };
    }

    /// <summary>Tells if the upload ended over another interface than it should.</summary>
    private string? Misled(ClientReport report) => scenario.EndsOver is not { } wanted || report.Json is null || report.LastInterface == wanted
        ? null
        : $"the upload should have ended over {wanted} and ended over {report.LastInterface ?? "its first interface"}";

    private static long Lost(RelayReport report) =>
        report.Links.Values.Sum(l => l.Up.DroppedByRelay + l.Down.DroppedByRelay + l.Up.DroppedByLength + l.Down.DroppedByLength);

    private async Task<(string Path, string Digest)> MakeFileAsync(string folder, int seed)
    {
        var path = Path.Combine(folder, "upload.bin");
        var random = new Random(seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        var buffer = new byte[1 << 20];
        for (var left = scenario.FileBytes; left > 0; left -= buffer.Length)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            random.NextBytes(part.Span);
            hash.AppendData(part.Span);
            await file.WriteAsync(part);
        }
        return (path, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
