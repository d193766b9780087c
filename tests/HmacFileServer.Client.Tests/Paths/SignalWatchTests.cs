using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Networks.Prediction;
using HmacFileServer.Platform;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Paths;

/// <summary>From the kernel's table of wireless interfaces to what the predictor makes of it.</summary>
public sealed class SignalWatchTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private int _reads;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_read_once_a_second_however_often_and_by_whomever_it_is_asked_for()
    {
        var watch = Watch();
        Write(-50);
        await AskAsync(watch);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(-50, watch.Of("wlan0"));
            Assert.Null(watch.Of("wwan0"));
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await watch.Reading;
        }
        Assert.InRange(_reads, 4, 6);
    }

    [Fact]
    public async Task Nobody_asks_nothing_is_read_and_what_was_read_long_ago_is_not_told()
    {
        var watch = Watch();
        Write(-50);
        await AskAsync(watch);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _reads);
        Assert.Null(watch.Of("wlan0"));
    }

    [Fact]
    public async Task Who_asks_does_not_wait_for_the_kernel()
    {
        using var released = new ManualResetEventSlim();
        var watch = new SignalWatch(() =>
        {
            Interlocked.Increment(ref _reads);
            released.Wait();
            return WirelessSignal.ReadAll(Table);
        }, _clock);
        Write(-50);
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(watch.Of("wlan0"));
            _clock.Advance(Second);
        }
        released.Set();
        await watch.Reading;
        Assert.Equal(1, _reads);
        Assert.Equal(-50, watch.Of("wlan0"));
    }

    [Fact]
    public async Task A_reader_that_fails_is_silence()
    {
        var watch = new SignalWatch(() => throw new InvalidOperationException("broken"), _clock);
        await AskAsync(watch);
        Assert.Null(watch.Of("wlan0"));
        Assert.Empty(WirelessSignal.ReadAll(_folder["none"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public async Task What_the_file_says_is_what_the_predictor_sees(int trend)
    {
        var watch = Watch();
        var policy = new FailoverPolicy(new FailoverOptions());
        var alone = new LinkPredictor();
        var now = TimeSpan.FromHours(1);
        policy.Observe([new PathFacts("wlan0", 20, true)], now);
        policy.Connected("wlan0", TimeSpan.FromMilliseconds(20), now);
        for (var i = 0; i <= 9; i++)
        {
            Write(-60 + trend * i);
            await AskAsync(watch);
            policy.ObserveSignal("wlan0", watch.Of("wlan0")!.Value, now);
            policy.Observe("wlan0", new TcpSample { State = 1, Rtt = TimeSpan.FromMilliseconds(20), MinRtt = TimeSpan.FromMilliseconds(20), UnackedSegments = 50, MaximumSegmentSize = 1448, BytesAcked = (ulong)i * 1_000_000 }, now);
            policy.Decide(now);
            if (i > 0) // the first one begins the first second
                alone.Observe(new LinkSample { Rate = 1_000_000, RttMilliseconds = 20, LossPercent = 0, SignalDbm = -60 + trend * i }, now);
            now += Second;
            _clock.Advance(Second);
        }
        var seen = policy.Quality("wlan0", now - Second)!.Value;
        Assert.Equal(-60 + trend * 9, seen.SignalDbm);
        Assert.NotNull(alone.Probability);
        Assert.Equal(alone.Probability!.Value, seen.OutageProbability!.Value, 12);
        Assert.Null(policy.Quality("wlan0", now + 10 * Second)!.Value.SignalDbm);
    }

    [Fact]
    public async Task A_signal_that_falls_makes_an_outage_more_probable() => Assert.True(await ProbabilityAsync(-4) > 1.3 * await ProbabilityAsync(0));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_prediction_there_is_no_watch(bool on)
    {
        await using var networks = new ClientNetworks(new ClientOptions { Failover = new FailoverOptions { Predictive = on } }, _clock, NetworkMonitor.Start(new MonitorOptions(), _clock));
        Assert.Equal(on, networks.Signals is not null);
    }

    private async Task<double> ProbabilityAsync(int trend)
    {
        var watch = Watch();
        var predictor = new LinkPredictor();
        for (var i = 0; i < 9; i++)
        {
            Write(-60 + trend * i);
            await AskAsync(watch);
            predictor.Observe(new LinkSample { Rate = 1_000_000, RttMilliseconds = 20, LossPercent = 0, SignalDbm = watch.Of("wlan0")!.Value }, i * Second);
            _clock.Advance(Second);
        }
        return predictor.Probability!.Value;
    }

    private string Table => _folder["wireless"];

    private SignalWatch Watch() => new(() =>
    {
        Interlocked.Increment(ref _reads);
        return WirelessSignal.ReadAll(Table);
    }, _clock);

    private static async Task AskAsync(SignalWatch watch)
    {
        watch.Of("wlan0");
        await watch.Reading;
    }

    private void Write(int dbm) => File.WriteAllText(Table,
        "Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n"
        + $" wlan0: 0000   54.  {dbm}.  -256        0      0      0      0     83        0\n");
}
