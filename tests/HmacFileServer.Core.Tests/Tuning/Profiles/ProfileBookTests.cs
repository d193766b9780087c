using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;

namespace HmacFileServer.Core.Tests.Tuning.Profiles;

public sealed class ProfileBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ProfileBook _book = new();

    [Fact]
    public void What_a_network_did_is_known_the_next_time()
    {
        Learn("wlan0", 1_000_000, buffer: 300_000, chunk: 500_000);
        var profile = _book.Find("me", "wlan0", Start)!;
        Assert.Equal((1_000_000, 1.0, 300_000, 500_000, 1), (profile.Throughput, profile.Reliability, profile.BestBuffer, profile.BestChunk, profile.Uses));
        Assert.Null(_book.Find("you", "wlan0", Start));
    }

    [Fact]
    public void The_sizes_of_the_best_use_are_kept_until_the_network_has_become_slower()
    {
        Learn("wlan0", 1_000_000, buffer: 1);
        Learn("wlan0", 900_000, buffer: 2);
        Assert.Equal(1, _book.Find("me", "wlan0", Start)!.BestBuffer);
        for (var i = 0; i < 20; i++)
            Learn("wlan0", 500_000, buffer: 3);
        Assert.Equal(3, _book.Find("me", "wlan0", Start)!.BestBuffer);
        Assert.InRange(_book.Find("me", "wlan0", Start)!.Throughput, 499_000, 510_000);
    }

    [Fact]
    public void After_thirty_days_it_is_forgotten()
    {
        Learn("wlan0", 1_000_000);
        Assert.NotNull(_book.Find("me", "wlan0", Start.AddDays(30)));
        Assert.Null(_book.Find("me", "wlan0", Start.AddDays(30.01)));
        _book.Trim(Start.AddDays(31));
        Assert.Empty(_book.Profiles);
    }

    [Fact]
    public void Predictions_are_scored_by_a_factor_of_two()
    {
        Assert.Null(_book.Accuracy);
        Learn("wlan0", 1_000_000);
        Assert.Null(_book.Accuracy);
        Learn("wlan0", 1_900_000);
        Assert.Equal(1, _book.Accuracy);
        Learn("wlan0", 100_000);
        Assert.Equal((1, 1), (_book.Hits, _book.Misses));
    }

    [Fact]
    public void The_preferred_network_is_the_one_that_is_fast_and_holds()
    {
        Learn("wlan0", 2_000_000, failed: 30);
        Learn("wwan0", 1_500_000);
        Assert.Equal("wwan0", _book.Preferred("me", Start)!.Network);
        Assert.Null(_book.Preferred("you", Start));
    }

    [Fact]
    public void A_short_use_says_nothing_of_the_rate_but_that_it_broke()
    {
        _book.Learn("me", "wlan0", InterfaceType.Wifi, new NetworkUse(1000, 5, 1, 0, default, 1, 1), Start);
        Assert.Empty(_book.Profiles);
        Learn("wlan0", 1_000_000);
        _book.Learn("me", "wlan0", InterfaceType.Wifi, new NetworkUse(1000, 5, 0, 1, default, 1, 1), Start);
        var profile = _book.Find("me", "wlan0", Start)!;
        Assert.Equal(1_000_000, profile.Throughput);
        Assert.Equal(0.7, profile.Reliability, 3);
    }

    [Fact]
    public void Names_and_number_are_bounded_and_the_least_recently_used_goes_first()
    {
        for (var i = 0; i < ProfileBook.MostProfiles + 10; i++)
            _book.Learn("me", $"net{i}", InterfaceType.Wifi, Use(1_000_000, 1, 1, 0), Start.AddSeconds(i));
        Assert.Equal(ProfileBook.MostProfiles, _book.Profiles.Count);
        Assert.Null(_book.Find("me", "net9", Start));
        Assert.NotNull(_book.Find("me", "net10", Start));
        _book.Learn(new string('x', 100_000), "a", InterfaceType.Wifi, Use(1_000_000, 1, 1, 0), Start.AddDays(1));
        Assert.Equal(ProfileBook.LongestName, _book.Profiles.Max(p => p.Device.Length));
    }

    [Fact]
    public void It_is_stored_and_read_and_what_makes_no_sense_is_left_out()
    {
        Learn("wlan0", 1_000_000);
        Learn("wlan0", 1_100_000);
        var state = _book.ToState();
        var again = ProfileBook.From(state, Start);
        Assert.Equal(_book.Find("me", "wlan0", Start), again.Find("me", "wlan0", Start));
        Assert.Equal(1, again.Hits);
        var bad = state.Profiles[0];
        var spoilt = state with
        {
            Profiles = [bad with { Throughput = double.NaN }, bad with { Network = "b", Reliability = 7 }, null!, bad with { Network = null! }, bad with { Network = "future", LastUse = Start.AddYears(9) }],
            Hits = -5,
        };
        var read = ProfileBook.From(spoilt, Start);
        Assert.Equal(["future"], read.Profiles.Select(p => p.Network));
        Assert.Equal(Start, read.Profiles.Single().LastUse);
        Assert.Equal(0, read.Hits);
        Assert.Empty(ProfileBook.From(state with { Version = 99 }, Start).Profiles);
        Assert.Empty(ProfileBook.From(null, Start).Profiles);
    }

    private void Learn(string network, double rate, int buffer = 1, long chunk = 1, int failed = 0) =>
        _book.Learn("me", network, InterfaceType.Wifi, Use(rate, buffer, chunk, failed), Start);

    private static NetworkUse Use(double rate, int buffer, long chunk, int failed) =>
        new(10_000_000, rate, 20, failed, TimeSpan.FromMilliseconds(30), buffer, chunk);
}
