using FsCheck;
using FsCheck.Fluent;

namespace HmacFileServer.Platform.Tests.Wireless;

public sealed class WirelessSignalTests
{
    private const string Header = """
        Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
         face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22

        """;

    [Fact]
    public void Each_line_is_a_signal()
    {
        var signals = WirelessSignal.Parse(Header + " wlan0: 0000   54.  -56.  -256        0      0      0      0     83        0\n"
            + "wlp2s0: 0001   70   -38   -256        0      0      0      0     83        0\n");
        Assert.Equal([new WirelessSignal("wlan0", 54, -56), new WirelessSignal("wlp2s0", 70, -38)], signals);
    }

    [Theory]
    [InlineData("200.", -56)] // a byte that was not marked as dBm
    [InlineData("0", null)]   // the driver does not say
    [InlineData("40", null)]  // a share of something, not dBm
    public void Levels_are_dbm_or_nothing(string level, int? expected) =>
        Assert.Equal(expected, Assert.Single(WirelessSignal.Parse($"{Header} ra0: 0000 10 {level} 0 0 0")).LevelDbm);

    [Theory]
    [InlineData("")]
    [InlineData("wlan0")]
    [InlineData("wlan0: 0000 54.")]
    [InlineData("wlan0: 0000 many few none")]
    [InlineData(": 0000 1 2 3")]
    public void Other_lines_are_passed_over(string line) => Assert.Empty(WirelessSignal.Parse(Header + line));

    [Fact]
    public void No_text_breaks_it() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => WirelessSignal.Parse(Header + text) is not null).QuickCheckThrowOnFailure();

    [Fact]
    public void Reading_never_throws() => Assert.All(WirelessSignal.ReadAll(), s => Assert.NotEmpty(s.Interface));
}
