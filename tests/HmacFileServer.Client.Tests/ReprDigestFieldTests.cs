using HmacFileServer.Client.Http;

namespace HmacFileServer.Client.Tests;

public sealed class ReprDigestFieldTests
{
    private const string Hash = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

    [Theory]
    [InlineData(null, false, null)]
    [InlineData("", false, null)]
    [InlineData(Hash, true, null)]
    [InlineData(Hash + ", crc32c=:4waSgw==:", true, "e3069283")]
    [InlineData("crc32c=:4waSgw==:,\t" + Hash, true, "e3069283")]
    [InlineData("CRC32C=:4waSgw==:;a=1", false, "e3069283")]
    [InlineData("crc32c=:4waSg:", false, null)]
    [InlineData("crc32c=:4waSg3hSuFU=:", false, null)]
    [InlineData("crc32c=:4waSgw==", false, null)]
    [InlineData("crc32c=4waSgw==", false, null)]
    [InlineData("xcrc32c=:4waSgw==:, sha-256=::", false, null)]
    public void What_a_server_says_of_its_bytes(string? field, bool hasHash, string? sum)
    {
        Assert.Equal(hasHash ? "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" : null, ReprDigestField.Sha256(field));
        Assert.Equal(sum, ReprDigestField.Crc32C(field));
    }
}
