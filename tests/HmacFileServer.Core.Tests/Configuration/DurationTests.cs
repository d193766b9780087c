using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1.5ms", 1.5)]
    [InlineData("30s", 30_000)]
    [InlineData("0.25s", 250)]
    [InlineData("5m", 300_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData(" 90m ", 5_400_000)]
    [InlineData("4800s", 4_800_000)]
    public void A_duration_reads(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("5min")]
    [InlineData("5s5")]
    [InlineData("1m1h")]
    [InlineData("1s1s")]
    [InlineData("1h,30m")]
    [InlineData("1.2.3s")]
    [InlineData(".s")]
    [InlineData("1w")]
    [InlineData("1e3s")]
    [InlineData("10675200d")]
    [InlineData("10675199d24h")]
    [InlineData("99999999999999999999999999999999999999d")]
    [InlineData("forever")]
    public void Anything_else_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("24h", "24h")]
    [InlineData("48h", "2d")]
    [InlineData("1h30m", "90m")]
    [InlineData("60s", "1m")]
    [InlineData("1.5s", "1500ms")]
    [InlineData("0.5ms", "0.5ms")]
    public void A_duration_is_written_with_the_largest_whole_unit(string text, string expected)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(expected, Duration.Format(duration));
    }

    [Fact]
    public void What_is_written_reads_the_same() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<long>().Select(n => new TimeSpan(n & long.MaxValue)).ToArbitrary(), duration =>
            Duration.TryParse(Duration.Format(duration), out var read) && read == duration).QuickCheckThrowOnFailure();
}
