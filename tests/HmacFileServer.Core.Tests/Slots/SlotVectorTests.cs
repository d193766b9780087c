using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Slots;

/// <summary>
/// Fixed vectors, computed without our code. In a UTF-8 shell, with P='a1b2c3/très cool +1 (é).bin' and S='s3cret–ü':
/// <code>
/// hex() { openssl dgst -sha256 -hmac "$S" -r | cut -d' ' -f1; }
/// url() { openssl dgst -sha256 -hmac "$S" -binary | basenc --base64url -w0 | tr -d =; }
/// </code>
/// </summary>
public sealed class SlotVectorTests
{
    private const string Secret = "s3cret–ü";
    private const long Length = 209715200;
    private static readonly SlotPath Path = SlotPath.FromDecodedSegments(["a1b2c3", "très cool +1 (é).bin"])!;
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(1767225600);
    private static readonly DateTimeOffset Expiry = DateTimeOffset.FromUnixTimeSeconds(1767229200);

    // printf '%s 209715200' "$P" | hex
    private const string V1 = "v=b252ed3d495c230823cd8adc4aae808bda85cc0b6dcf57eef5491b08d8cdc3f7";

    // printf '%s\0%s\0%s' "$P" 209715200 'text/plain; charset=utf-8' | hex
    private const string V2Text = "31fc052187ec7ed9bf4b0f1833dbb3e864cf91cf968337c1bb7f57e92f9a0898";

    // printf '%s\0%s\0%s' "$P" 209715200 'application/octet-stream' | hex
    private const string V2Untyped = "4b6d132efce740ea0c14f399485dc16ed24860e5a8d15641ce987e70ec94c1bd";

    // printf '%s\0%s' "$P" "$S" | hex
    private const string Deletion = "token=c8a414df8434b8b5031abcff2f6006b9ce787c5bdf153c83c063700338ee9a7a";

    // printf '%s\0%s' "$P" other | hex
    private const string DeletionOther = "token=cde63f30c98db0567cd637bcf5ff9329659cf2eea2adb9aeb675b0d5a4b6e992";

    // printf 'hfs1\nPUT\n%s\n209715200\ntext/plain; charset=utf-8\n1767229200' "$P" | url
    private const string Expiring = "exp=1767229200&sig=_IPJngopFVuwLwVrnkY6HTibDiJ5fAsx1CGCp_AktGQ";

    // printf 'hfs1\nDELETE\n%s\n0\n\n1767229200' "$P" | url
    private const string ExpiringDeletion = "exp=1767229200&sig=Qcj5LBiR22XSEeLEoRTgJtpL7Bu_Z2J8G2O1SKeq6YM";

    [Theory]
    [InlineData(SlotVariant.V1, null, V1)]
    [InlineData(SlotVariant.V2, "text/plain; charset=utf-8", "v2=" + V2Text)]
    [InlineData(SlotVariant.V2, null, "v2=" + V2Untyped)]
    [InlineData(SlotVariant.Token, "text/plain; charset=utf-8", "token=" + V2Text)]
    [InlineData(SlotVariant.Expiring, "text/plain; charset=utf-8", Expiring)]
    public void An_upload_slot_is_minted_and_accepted_as_computed_independently(SlotVariant variant, string? contentType, string query)
    {
        var secrets = new SlotSecrets(Secret);
        DateTimeOffset? expires = variant == SlotVariant.Expiring ? Expiry : null;

        Assert.Equal(query, new SlotMinter(secrets).Mint(variant, Path, Length, contentType, expires));
        Assert.Equal(new SlotVerdict(SlotOutcome.Accepted, variant), Verify(query, SlotOperation.Upload, secrets, contentType));
    }

    [Theory]
    [InlineData(SlotVariant.Token, null, Deletion)]
    [InlineData(SlotVariant.Token, "other", DeletionOther)]
    [InlineData(SlotVariant.Expiring, null, ExpiringDeletion)]
    public void A_deletion_slot_is_minted_and_accepted_as_computed_independently(SlotVariant variant, string? deleteSecret, string query)
    {
        var secrets = new SlotSecrets(Secret, deleteSecret: deleteSecret);
        DateTimeOffset? expires = variant == SlotVariant.Expiring ? Expiry : null;

        Assert.Equal(query, new SlotMinter(secrets).MintDelete(variant, Path, expires));
        Assert.Equal(new SlotVerdict(SlotOutcome.Accepted, variant), Verify(query, SlotOperation.Delete, secrets, "text/ignored"));
    }

    [Fact]
    public void A_slot_of_ejabberd_under_a_previous_secret_is_accepted()
    {
        // printf '%s 10' '6384e2b2184bcbf58eccf10ca7a6563c/jx1fnSuNkWz0/_____.bin' | openssl dgst -sha256 -hmac previous -r
        var target = new RequestTargetParser("/upload").Parse(
            "/upload/6384e2b2184bcbf58eccf10ca7a6563c/jx1fnSuNkWz0/_____.bin?v=6f38c5ad0e4993656ab76de551511036b6bda6c14f737311485c54d6328b885a").Target!;
        var request = new SlotRequest { Path = target.Path, Length = 10, Query = target.Query, Now = Noon };

        Assert.True(SlotVerifier.Verify(request, new SlotSecrets("new", ["older", "previous"])).Accepted);
        Assert.Equal(SlotOutcome.WrongToken, SlotVerifier.Verify(request, new SlotSecrets("new", ["older"])).Outcome);
    }

    private static SlotVerdict Verify(string query, SlotOperation operation, SlotSecrets secrets, string? contentType) =>
        SlotVerifier.Verify(
            new SlotRequest
            {
                Operation = operation,
                Path = Path,
                Length = Length,
                ContentType = contentType,
                Query = new RequestTargetParser().Parse($"/x?{query}").Target!.Query,
                Now = Noon,
            },
            secrets);
}
