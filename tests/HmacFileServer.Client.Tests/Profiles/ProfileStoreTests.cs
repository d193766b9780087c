using HmacFileServer.Client.Profiles;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Profiles;

public sealed class ProfileStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_one_process_learned_another_one_knows()
    {
        Assert.Null(New().Find("me", "wlan0@1", Now));
        Assert.Null(New().Learn([Use("wlan0@1", 1_000_000)], Now));
        Assert.Equal(1_000_000, New().Find("me", "wlan0@1", Now)!.Throughput);
    }

    [Fact]
    public void Two_that_learn_at_the_same_time_lose_nothing()
    {
        var (a, b) = (New(), New());
        Assert.Null(a.Find("me", "x", Now));
        Assert.Null(b.Find("me", "x", Now)); // both have read the empty file
        Assert.Null(a.Learn([Use("wlan0@1", 1_000_000)], Now));
        Assert.Null(b.Learn([Use("wwan0@1", 2_000_000)], Now));
        Assert.NotNull(New().Find("me", "wlan0@1", Now));
        Assert.NotNull(New().Find("me", "wwan0@1", Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version":1,"profiles":null}""")]
    [InlineData("""{"version":1,"profiles":[null,{"device":"me","network":"wlan0@1","throughput":-1}]}""")]
    public void A_spoilt_file_costs_what_was_learned_and_nothing_else(string text)
    {
        File.WriteAllText(_folder["profiles.json"], text);
        Assert.Null(New().Find("me", "wlan0@1", Now));
        Assert.Null(New().Learn([Use("wlan0@1", 1_000_000)], Now));
        Assert.NotNull(New().Find("me", "wlan0@1", Now));
    }

    [Fact]
    public void A_folder_that_is_gone_is_said_and_survived()
    {
        var store = new ProfileStore(System.IO.Path.Combine(_folder.Path, "not", "there"));
        Assert.Null(store.Find("me", "wlan0@1", Now));
        Assert.NotNull(store.Learn([Use("wlan0@1", 1_000_000)], Now));
    }

    [Fact]
    public void Nobody_else_can_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        New().Learn([Use("wlan0@1", 1_000_000)], Now);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["profiles.json"]));
    }

    private ProfileStore New() => new(_folder.Path);

    private static LearnedUse Use(string network, double rate) =>
        new("me", network, InterfaceType.Wifi, new NetworkUse(10_000_000, rate, 20, 0, TimeSpan.FromMilliseconds(30), 100_000, 500_000));
}
