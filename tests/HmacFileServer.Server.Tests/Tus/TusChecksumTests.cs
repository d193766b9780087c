using System.Security.Cryptography;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Tus;

/// <summary>The extensions checksum and checksum-trailer: bytes count when their checksum is right, and not before.</summary>
public sealed class TusChecksumTests
{
    private static string Checksum(string algorithm, byte[] bytes) => Convert.ToBase64String(algorithm switch
    {
        "crc32c" or "none" => Crc32C(bytes),
        _ => CryptographicOperations.HashData(new HashAlgorithmName(algorithm.ToUpperInvariant()), bytes),
    });

    /// <summary>Bit by bit, as RFC 3720 appendix B.4 has it, in network byte order.</summary>
    private static byte[] Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        crc = ~crc;
        return [(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc];
    }

    [Trait("Requirement", "T4.5")]
    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    [InlineData("md5")]
    [InlineData("crc32c")]
    public async Task A_wrong_checksum_is_460_and_leaves_the_offset(string algorithm)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(700_001);
        var wrong = TestServer.Bytes(700_001, seed: 2);
        var upload = await TusWire.CreateAsync(server, "s/f", bytes.Length);
        await TusWire.PatchAsync(server, upload, 0, bytes[..1]);
        var header = $"\nUpload-Checksum: {algorithm} {Checksum(algorithm, bytes[1..])}";
        var refused = await TusWire.PatchAsync(server, upload, 1, wrong[1..], header);
        Assert.Equal((460, "1"), (refused.Status, refused["Upload-Offset"]));
        Assert.Equal("1", (await TusWire.HeadAsync(server, upload))["Upload-Offset"]);
        var taken = await TusWire.PatchAsync(server, upload, 1, bytes[1..], header);
        Assert.Equal((204, "700001"), (taken.Status, taken["Upload-Offset"]));
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Fact]
    public async Task A_wrong_checksum_harms_no_byte_that_was_acknowledged_beyond()
    {
        await using var server = await TestServer.StartAsync();
        var target = server.Slot("s/f", 9);
        await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: 3\nContent-Range: bytes 3-5/9", "def"u8.ToArray());
        var upload = await TusWire.CreateAsync(server, "s/f", 9);
        Assert.Equal(460, (await TusWire.PatchAsync(server, upload, 0, "XXXXXXXXX"u8.ToArray(), "\nUpload-Checksum: crc32c AAAAAA==")).Status);
        Assert.Equal("3-5", (await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Received"]);
        Assert.Equal(204, (await TusWire.PatchAsync(server, upload, 0, "abc"u8.ToArray())).Status);
        Assert.Equal(204, (await TusWire.PatchAsync(server, upload, 6, "ghi"u8.ToArray())).Status);
        Assert.Equal("abcdefghi"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "T4.6")]
    [Theory]
    [InlineData("sha512 AAAA")]
    [InlineData("SHA1")]
    [InlineData("sha1 ???")]
    [InlineData("")]
    public async Task An_unknown_algorithm_or_a_malformed_value_is_400(string value)
    {
        await using var server = await TestServer.StartAsync();
        var upload = await TusWire.CreateAsync(server, "s/f", 3);
        Assert.Equal(400, (await TusWire.PatchAsync(server, upload, 0, "abc"u8.ToArray(), $"\nUpload-Checksum: {value}")).Status);
        Assert.Equal("0", (await TusWire.HeadAsync(server, upload))["Upload-Offset"]);
    }

    [Fact]
    public async Task A_body_with_a_checksum_that_is_cut_short_does_not_count()
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(500_000);
        var upload = await TusWire.CreateAsync(server, "s/f", bytes.Length);
        using var cut = await server.ConnectAsync();
        await cut.SendAsync(
            $"PATCH {upload} HTTP/1.1\n{TusWire.Headers}\n{TusWire.PatchType}\nUpload-Offset: 0\nContent-Length: 500000\nUpload-Checksum: sha1 {Checksum("sha1", bytes)}",
            bytes[..400_000]);
        Assert.Equal("0", (await TusWire.HeadAsync(server, upload))["Upload-Offset"]);
        Assert.Equal(204, (await TusWire.PatchAsync(server, upload, 0, bytes)).Status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    [Trait("Requirement", "T4.5")]
    [Theory]
    [InlineData("sha1", true, 204)]
    [InlineData("sha256", true, 204)]
    [InlineData("crc32c", true, 204)]
    [InlineData("md5", false, 460)]
    [InlineData("none", true, 400)]
    public async Task The_checksum_may_follow_the_body(string algorithm, bool isRight, int status)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(300_000);
        var upload = await TusWire.CreateAsync(server, "s/f", bytes.Length);
        var trailer = $"Upload-Checksum: {algorithm} {Checksum(algorithm, isRight ? bytes : bytes[1..])}";
        var answer = await server.SendAsync(
            $"PATCH {upload} HTTP/1.1\n{TusWire.Headers}\n{TusWire.PatchType}\nUpload-Offset: 0\nTransfer-Encoding: chunked\nTrailer: Upload-Checksum",
            TusWire.Chunked(bytes, trailer));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 204 ? bytes : null, await server.ReadFileAsync("s/f"));
        Assert.Equal(status == 204 ? "300000" : "0", (await TusWire.HeadAsync(server, upload))["Upload-Offset"]);
    }

    [Fact]
    public async Task Creation_with_upload_is_checked_too()
    {
        await using var server = await TestServer.StartAsync();
        var head = $"POST {server.Slot("s/f", 3)} HTTP/1.1\n{TusWire.Headers}\nUpload-Length: 3\n{TusWire.PatchType}\nContent-Length: 3\nUpload-Checksum: sha1 ";
        var refused = await server.SendAsync(head + Checksum("sha1", "abd"u8.ToArray()), "abc"u8.ToArray());
        Assert.Equal((460, "0"), (refused.Status, refused["Upload-Offset"]));
        Assert.Equal(201, (await server.SendAsync(head + Checksum("sha1", "abc"u8.ToArray()), "abc"u8.ToArray())).Status);
        Assert.Equal("abc"u8.ToArray(), await server.ReadFileAsync("s/f"));
    }
}
