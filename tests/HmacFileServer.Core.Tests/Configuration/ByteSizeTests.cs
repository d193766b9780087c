using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Core.Tests.Configuration;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("1B", 1)]
    [InlineData("1b", 1)]
    [InlineData("1K", 1024)]
    [InlineData("1KB", 1024)]
    [InlineData("1kb", 1024)]
    [InlineData("1KiB", 1024)]
    [InlineData("512KB", 524288)]
    [InlineData("1MB", 1048576)]
    [InlineData("1M", 1048576)]
    [InlineData("10GB", 10737418240)]
    [InlineData("1.5 GB", 1610612736)]
    [InlineData(" 2 TB ", 2199023255552)]
    [InlineData("0.5KB", 512)]
    [InlineData("0.3KB", 307)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("8388607TB", 8388607L << 40)]
    public void A_size_reads(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("KB")]
    [InlineData("-1")]
    [InlineData("-1KB")]
    [InlineData("+1")]
    [InlineData("1,5GB")]
    [InlineData("1 000")]
    [InlineData("1e3")]
    [InlineData("1.2.3")]
    [InlineData("1XB")]
    [InlineData("1BB")]
    [InlineData("1iB")]
    [InlineData("1KBs")]
    [InlineData("1 K B")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608TB")]
    [InlineData("1EB")]
    [InlineData("99999999999999999999999999999999999999TB")]
    [InlineData("١KB")]
    public void Anything_else_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1, "1B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1KB")]
    [InlineData(1536, "1536B")]
    [InlineData(10L << 30, "10GB")]
    [InlineData(1L << 50, "1024TB")]
    public void A_size_is_written_with_the_largest_whole_unit(long bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));

    [Fact]
    public void What_is_written_reads_the_same() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<long>().Select(n => n & long.MaxValue).ToArbitrary(), bytes => ByteSize.TryParse(ByteSize.Format(bytes), out var read) && read == bytes)
            .QuickCheckThrowOnFailure();
}
