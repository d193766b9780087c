using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Tests.Networks.Quality;

public sealed class PathQualityTests
{
    [Fact]
    public void Nothing_measured_is_not_degraded()
    {
        var snapshot = new PathQuality(new QualityOptions()).Snapshot(TimeSpan.FromHours(1));
        Assert.Null(snapshot.Rtt);
        Assert.Null(snapshot.Age);
        Assert.Equal(DegradationCause.None, snapshot.Cause);
    }

    [Fact]
    public void A_quiet_path_is_measured_as_it_is()
    {
        var snapshot = new SampledPath().Run(20);
        Assert.Equal(30, snapshot.Rtt!.Value.TotalMilliseconds);
        Assert.Equal(30, snapshot.MinRtt!.Value.TotalMilliseconds);
        Assert.InRange(snapshot.Throughput, 1_990_000, 2_010_000);
        Assert.Equal(0, snapshot.LossPercent);
        Assert.InRange(snapshot.Stability, 0.85, 1);
        Assert.True(snapshot.DeliversAtItsRate);
        Assert.False(snapshot.IsSelfInduced);
    }

    [Fact]
    public void Bufferbloat_of_our_own_upload_is_healthy_for_hours_whatever_the_jitter_and_the_drops_of_the_full_queue()
    {
        var path = new SampledPath();
        var random = new Random(4);
        path.Run(10);
        for (var second = 0; second < 4 * 3600; second++)
        {
            path.QueueMilliseconds = 200 + random.NextDouble() * 1800;
            path.VariationMilliseconds = random.NextDouble() * 400;
            path.LossPercent = random.NextDouble() * 8;
            path.Rate = 2_000_000 * (0.7 + 0.3 * random.NextDouble());
            var snapshot = path.Run(1);
            Assert.Equal(DegradationCause.None, snapshot.Cause);
            Assert.True(snapshot.IsSelfInduced);
        }
    }

    [Fact]
    public void Jitter_of_a_path_that_delivers_at_its_rate_is_no_decay_though_no_queue_stands()
    {
        var path = new SampledPath();
        path.Run(60);
        path.VariationMilliseconds = 60; // found by hfs-bench quality-hours: a short queue and jitter were called degraded
        path.Run(30, s => Assert.Equal(DegradationCause.None, s.Cause));
    }

    [Fact]
    public void A_path_that_delivers_less_and_less_is_degraded_though_its_queue_is_full()
    {
        var path = new SampledPath { QueueMilliseconds = 300 };
        Assert.Equal(DegradationCause.None, path.Run(30).Cause);
        for (var second = 1; second <= 30; second++)
        {
            path.Rate = 2_000_000 * (1 - second / 33.0);
            path.QueueMilliseconds = 300 * 33.0 / (33 - second);
            path.Run(1);
        }
        var snapshot = path.Snapshot;
        Assert.False(snapshot.IsSelfInduced);
        Assert.Equal(DegradationCause.Latency, snapshot.Cause);
    }

    [Fact]
    public void Another_ones_queue_is_not_taken_for_ours()
    {
        var path = new SampledPath { Rate = 50_000 };
        path.Run(10);
        path.QueueMilliseconds = 900;
        path.InFlight = 2; // 3 KB in flight: at 50 KB/s that explains 58 ms, not 900
        var snapshot = path.Run(5);
        Assert.False(snapshot.IsSelfInduced);
        Assert.Equal(DegradationCause.Latency, snapshot.Cause);
    }

    [Fact]
    public void Loss_without_a_queue_is_the_paths_and_fades_with_the_window()
    {
        var path = new SampledPath();
        path.Run(10);
        path.LossPercent = 8;
        var lossy = path.Run(10);
        Assert.InRange(lossy.LossPercent, 7.5, 8.5);
        Assert.Equal(DegradationCause.Loss, lossy.Cause);
        path.LossPercent = 0;
        var healed = path.Run(11);
        Assert.Equal(0, healed.LossPercent);
        Assert.Equal(DegradationCause.None, healed.Cause);
    }

    [Fact]
    public void Silence_lowers_the_stability_and_counts_as_degradation()
    {
        var path = new SampledPath();
        var before = path.Run(30);
        path.Rate = 0;
        path.InFlight = 50;
        var silent = path.Run(5);
        Assert.True(silent.Stability < before.Stability * 0.65, $"{silent.Stability} after {before.Stability}");
        Assert.True(silent.IsDegraded);
        Assert.True(silent.Age > TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void What_the_application_holds_back_does_not_lower_the_throughput_but_more_raises_it()
    {
        var path = new SampledPath();
        path.Run(10);
        path.AppLimited = true;
        path.Rate = 100_000;
        Assert.InRange(path.Run(60).Throughput, 1_990_000, 2_010_000);
        path.Rate = 4_000_000;
        Assert.InRange(path.Run(20).Throughput, 3_900_000, 4_010_000);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-600)]
    public void A_sleep_or_a_clock_jump_is_no_evidence(int seconds)
    {
        var path = new SampledPath();
        var before = path.Run(30);
        path.Now += TimeSpan.FromSeconds(seconds);
        path.LossPercent = 100;
        path.Run(0.1); // what the counters did meanwhile is not compared
        path.LossPercent = 0;
        var after = path.Run(1);
        Assert.Equal(0, after.LossPercent);
        Assert.InRange(after.Throughput, before.Throughput * 0.99, before.Throughput * 1.01);
        Assert.Equal(DegradationCause.None, after.Cause);
    }

    [Fact]
    public void A_new_connection_begins_its_counters_anew_and_keeps_what_is_known_of_the_path()
    {
        var path = new SampledPath();
        var before = path.Run(30);
        path.Reconnect();
        var after = path.Run(0.1);
        Assert.Equal(0, after.LossPercent);
        Assert.Equal(before.Throughput, after.Throughput);
        after = path.Run(5);
        Assert.InRange(after.Throughput, before.Throughput * 0.99, before.Throughput * 1.01);
    }

    [Fact]
    public void Probes_measure_an_idle_path()
    {
        var quality = new PathQuality(new QualityOptions());
        var now = TimeSpan.FromMinutes(1);
        for (var i = 0; i < 8; i++)
            quality.Probed(TimeSpan.FromMilliseconds(80), now += TimeSpan.FromSeconds(30));
        Assert.Equal(80, quality.Snapshot(now).Rtt!.Value.TotalMilliseconds, 1);
        Assert.Equal(0, quality.Snapshot(now).LossPercent);
        for (var i = 0; i < 8; i++)
            quality.Probed(null, now += TimeSpan.FromSeconds(30));
        Assert.Equal(50, quality.Snapshot(now).LossPercent);
        Assert.Equal(DegradationCause.Loss, quality.Snapshot(now).Cause);
    }

    [Fact]
    public void A_sample_allocates_nothing()
    {
        var path = new SampledPath();
        path.Run(30);
        var quality = path.Quality;
        var sample = path.Sample();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i <= 10_000; i++)
        {
            quality.Observe(sample, path.Now + TimeSpan.FromMilliseconds(10 * i));
            quality.Snapshot(path.Now + TimeSpan.FromMilliseconds(10 * i));
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Whatever_happens_figures_stay_in_their_ranges() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int Rate, int Queue, int Loss, int Jump)[]>(), steps =>
        {
            var path = new SampledPath();
            foreach (var (rate, queue, loss, jump) in steps)
            {
                path.Rate = Math.Abs((long)rate) * 10_000;
                path.QueueMilliseconds = Math.Abs((long)queue) % 5000;
                path.LossPercent = Math.Abs((long)loss) % 101;
                path.Now = TimeSpan.FromTicks(Math.Max(0, (path.Now + TimeSpan.FromSeconds(jump)).Ticks));
                path.Run(0.5, s => Assert.True(
                    s.Stability is >= 0 and <= 1 && s.Score is >= 0 and <= 1 && s.Degradation is >= 0 and <= 1
                    && s.LossPercent is >= 0 and <= 100 && s.Throughput >= 0 && s.UsualThroughput >= 0 && s.MinRtt <= s.Rtt, s.ToString()));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_path_that_stood_in_for_another_for_a_moment_is_not_known_to_be_slow_by_its_first_bytes()
    {
        var path = new SampledPath { Rate = 30_000 };
        Assert.Equal(0, path.Run(0.5).UsualThroughput);
        path.Rate = 2_000_000;
        Assert.InRange(path.Run(10).UsualThroughput, 1_500_000, 2_000_000);
    }
}
