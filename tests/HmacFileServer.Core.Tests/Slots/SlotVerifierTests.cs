using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Slots;

public sealed class SlotVerifierTests
{
    private static readonly SlotSecrets Secrets = new("secret");
    private static readonly SlotMinter Minter = new(Secrets);
    private static readonly SlotPath Path = SlotPath.FromDecodedSegments(["slot", "name.bin"])!;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<SlotVariant> Variants => [SlotVariant.V1, SlotVariant.V2, SlotVariant.Token, SlotVariant.Expiring];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_field_and_every_bit_of_the_token_counts(SlotVariant variant)
    {
        var query = Mint(variant, Path, 1000, "image/png");

        Assert.Equal(SlotOutcome.Accepted, Verify(query, Path, 1000, "image/png").Outcome);
        Assert.Equal(SlotOutcome.WrongToken, Verify(query, Path, 1001, "image/png").Outcome);
        Assert.Equal(SlotOutcome.WrongToken, Verify(query, SlotPath.FromDecodedSegments(["slot", "name.biN"])!, 1000, "image/png").Outcome);
        var typeIsBound = variant != SlotVariant.V1;
        Assert.Equal(typeIsBound ? SlotOutcome.WrongToken : SlotOutcome.Accepted, Verify(query, Path, 1000, "image/png;a=b").Outcome);
        Assert.Equal(typeIsBound ? SlotOutcome.WrongToken : SlotOutcome.Accepted, Verify(query, Path, 1000, null).Outcome);

        var token = query[(query.LastIndexOf('=') + 1)..];
        for (var i = 0; i < token.Length - 1; i++) // the last base64url digit has two bits that carry nothing
        {
            var forged = token[..i] + (token[i] == 'a' ? 'b' : 'a') + token[(i + 1)..];
            Assert.Equal(SlotOutcome.WrongToken, Verify(query[..^token.Length] + forged, Path, 1000, "image/png").Outcome);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x=1")]
    [InlineData("exp=99999999999")]
    [InlineData("V=0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_query_without_a_token_says_so(string query) =>
        Assert.Equal(new SlotVerdict(SlotOutcome.MissingToken, SlotVariant.None), Verify(query, Path, 1, null));

    [Theory]
    [InlineData("v=")]
    [InlineData("v=zz")]
    [InlineData("v2=00")]
    [InlineData("v=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("token=00000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("exp=&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("exp=-1&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("exp=99999999999999999999&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("exp=1767229200&sig=AAAA%20AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("exp=1767229200&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("exp=1767229200&sig=")]
    public void A_malformed_token_is_simply_wrong(string query) =>
        Assert.Equal(SlotOutcome.WrongToken, Verify(query, Path, 1, null).Outcome);

    [Fact]
    public void Only_the_strongest_variant_that_is_present_counts()
    {
        var all = string.Join('&', Mint(SlotVariant.V1), Mint(SlotVariant.Token), Mint(SlotVariant.V2), Mint(SlotVariant.Expiring));
        Assert.Equal(SlotVariant.Expiring, Verify(all, Path, 5, null).Variant);
        Assert.Equal(SlotVariant.V2, Verify($"{Mint(SlotVariant.V1)}&{Mint(SlotVariant.V2)}&{Mint(SlotVariant.Token)}", Path, 5, null).Variant);
        Assert.Equal(SlotVariant.Token, Verify($"{Mint(SlotVariant.V1)}&{Mint(SlotVariant.Token)}", Path, 5, null).Variant);

        // A right v1 does not save a wrong v2.
        var wrong = Verify($"{Mint(SlotVariant.V1)}&v2={new string('0', 64)}", Path, 5, null);
        Assert.Equal(new SlotVerdict(SlotOutcome.WrongToken, SlotVariant.V2), wrong);
    }

    [Fact]
    public void A_repeated_token_is_wrong_even_if_one_is_right() =>
        Assert.Equal(SlotOutcome.WrongToken, Verify($"{Mint(SlotVariant.V1)}&v=0", Path, 5, null).Outcome);

    [Fact]
    public void Hex_of_either_case_is_read() =>
        Assert.True(Verify("v=" + Mint(SlotVariant.V1)[2..].ToUpperInvariant(), Path, 5, null).Accepted);

    [Fact]
    public void An_expiring_slot_ends_at_its_second_and_only_a_right_one_is_told_so()
    {
        var query = Minter.Mint(SlotVariant.Expiring, Path, 5, null, Now.AddSeconds(10));

        Assert.Equal(SlotOutcome.Accepted, Verify(query, Path, 5, null, Now.AddSeconds(10).AddTicks(-1)).Outcome);
        Assert.Equal(SlotOutcome.Expired, Verify(query, Path, 5, null, Now.AddSeconds(10)).Outcome);
        Assert.Equal(UploadErrorCode.ExpiredToken, Verify(query, Path, 5, null, Now.AddSeconds(10)).Error);
        Assert.Equal(SlotOutcome.WrongToken, Verify(query, Path, 6, null, Now.AddSeconds(10)).Outcome);
        var prolonged = query.Replace($"exp={Now.ToUnixTimeSeconds() + 10}", $"exp={Now.ToUnixTimeSeconds() + 11}", StringComparison.Ordinal);
        Assert.Equal(SlotOutcome.WrongToken, Verify(prolonged, Path, 5, null).Outcome);
    }

    [Fact]
    public void An_upload_slot_deletes_nothing_and_a_deletion_slot_uploads_nothing()
    {
        Assert.Equal(SlotOutcome.MissingToken, Verify(Mint(SlotVariant.V1), Path, 5, null, operation: SlotOperation.Delete).Outcome);
        Assert.Equal(SlotOutcome.MissingToken, Verify(Mint(SlotVariant.V2), Path, 5, null, operation: SlotOperation.Delete).Outcome);
        Assert.Equal(SlotOutcome.WrongToken, Verify(Mint(SlotVariant.Token), Path, 5, null, operation: SlotOperation.Delete).Outcome);
        Assert.Equal(SlotOutcome.WrongToken, Verify(Mint(SlotVariant.Expiring, Path, 0, ""), Path, 0, "", operation: SlotOperation.Delete).Outcome);
        Assert.Equal(SlotOutcome.WrongToken, Verify(Minter.MintDelete(SlotVariant.Token, Path), Path, 0, "").Outcome);
        Assert.Equal(SlotOutcome.WrongToken, Verify(Minter.MintDelete(SlotVariant.Expiring, Path, Now.AddHours(1)), Path, 0, "").Outcome);
    }

    [Fact]
    public void Long_paths_types_and_secrets_are_signed_whole()
    {
        var path = SlotPath.FromDecodedSegments(Enumerable.Repeat(new string('é', 127), SlotPath.MaxSegments))!;
        var type = "text/" + new string('x', 4000);
        var secrets = new SlotSecrets(new string('k', 500), deleteSecret: new string('d', 5000));
        var minter = new SlotMinter(secrets);

        var query = minter.Mint(SlotVariant.V2, path, long.MaxValue, type);
        Assert.True(Verify(query, path, long.MaxValue, type, secrets: secrets).Accepted);
        Assert.False(Verify(query, path, long.MaxValue, type + "x", secrets: secrets).Accepted);
        Assert.True(Verify(minter.MintDelete(SlotVariant.Token, path), path, 0, null, operation: SlotOperation.Delete, secrets: secrets).Accepted);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Verifying_allocates_nothing(SlotVariant variant)
    {
        var query = new RequestTargetParser().Parse($"/x?{Mint(variant)}").Target!.Query;
        var request = new SlotRequest { Path = Path, Length = 5, Query = query, Now = Now };
        for (var i = 0; i < 100; i++)
            SlotVerifier.Verify(request, Secrets);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            SlotVerifier.Verify(request, Secrets);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void What_cannot_be_signed_soundly_is_not_minted()
    {
        Assert.Throws<ArgumentException>(() => Minter.Mint(SlotVariant.Expiring, Path, 5));
        Assert.Throws<ArgumentException>(() => Minter.Mint(SlotVariant.V2, Path, 5, null, Now));
        Assert.Throws<ArgumentException>(() => Minter.Mint(SlotVariant.V2, Path, 5, "text/plain\n"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Minter.Mint(SlotVariant.V1, Path, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Minter.MintDelete(SlotVariant.V2, Path));
        Assert.Throws<ArgumentException>(() => new SlotSecrets(""));
        Assert.Throws<ArgumentException>(() => new SlotSecrets("a", [""]));
        Assert.DoesNotContain("secret-text", new SlotSecrets("secret-text").ToString(), StringComparison.Ordinal);
    }

    private static string Mint(SlotVariant variant, SlotPath? path = null, long length = 5, string? contentType = null) =>
        Minter.Mint(variant, path ?? Path, length, contentType, variant == SlotVariant.Expiring ? Now.AddHours(1) : null);

    private static SlotVerdict Verify(
        string query, SlotPath path, long length, string? contentType, DateTimeOffset? now = null,
        SlotOperation operation = SlotOperation.Upload, SlotSecrets? secrets = null) =>
        SlotVerifier.Verify(
            new SlotRequest
            {
                Operation = operation,
                Path = path,
                Length = length,
                ContentType = contentType,
                Query = new RequestTargetParser().Parse($"/x?{query}").Target!.Query,
                Now = now ?? Now,
            },
            secrets ?? Secrets);
}
