using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Checksums;

namespace HmacFileServer.Core.Tests.Checksums;

public sealed class Crc32CTests
{
    [Fact]
    public void Known_values_of_the_standards()
    {
        Assert.Equal(0u, Crc32C.Append(0, []));
        Assert.Equal(0xE3069283u, Crc32C.Append(0, Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Append(0, new byte[32])); // RFC 3720 B.4
        Assert.Equal(0x62A8AB43u, Crc32C.Append(0, Enumerable.Repeat((byte)0xFF, 32).ToArray()));
    }

    /// <summary>Against the definition, bit by bit, at every length around those where the way of computing changes, and cut anywhere.</summary>
    [Fact]
    public void Every_length_and_every_cut_gives_what_the_definition_gives() =>
        Prop.ForAll(
            Gen.Choose(0, 3).Select(n => n * 12288).SelectMany(near => Gen.Choose(-20, 20).Select(more => Math.Max(0, near + more))).ToArbitrary(),
            Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
            (length, cut, seed) =>
            {
                var bytes = new byte[length];
                new System.Random(seed).NextBytes(bytes);
                var at = (int)((long)length * cut / 1000);
                return Crc32C.Append(Crc32C.Append(0, bytes.AsSpan(0, at)), bytes.AsSpan(at)) == Defined(bytes);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static uint Defined(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }
}
