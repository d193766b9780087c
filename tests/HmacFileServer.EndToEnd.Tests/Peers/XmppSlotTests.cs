using HmacFileServer.Core.Slots;
using HmacFileServer.Server.BearerTokens;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>The slots of real XMPP servers, asked for by a real XMPP client, are what our verifier accepts: bytes nobody here made up.</summary>
public sealed class XmppSlotTests
{
    private const string Name = "très cool +1 (é)%2F.bin";

    // It keeps letters and digits of every script, and replaces the rest.
    private const string EjabberdName = "très_cool__1__é__2F.bin";

    private const long Length = 209_715_200;
    private const string Secret = "shared secret – ü";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_token_of_mod_http_file_share_verifies_and_says_what_was_asked_for()
    {
        SlixmppClient.SkipUnlessInstalled();
        await using var xmpp = await XmppServers.StartAsync(XmppServerKind.ProsodyJwt, "http://127.0.0.1:8080/upload/", Secret);

        var slot = await SlixmppClient.RequestSlotAsync(xmpp.Account, Name, 10_000_000, "text/plain; charset=utf-8");

        var put = new RequestTargetParser("/upload").Parse(slot.Put).Target!;
        var header = Assert.Single(slot.Headers);
        Assert.Equal("Authorization", header.Key);
        var token = header.Value["Bearer ".Length..];
        var verdict = await new JwtReader(new SlotSecrets("another", [Secret]), TimeProvider.System).ReadAsync(token);
        Assert.Equal(JwtOutcome.Valid, verdict.Outcome);
        Assert.Equal(("alice@localhost", 10_000_000L, "text/plain; charset=utf-8"), (verdict.Claims!.Subject, verdict.Claims.FileSize, verdict.Claims.FileType));
        Assert.Equal(put.Path.Segments, [verdict.Claims.Slot!, verdict.Claims.FileName!]);
        Assert.Equal(Name, put.Path.FileName);
        Assert.Equal(TimeSpan.FromDays(30), verdict.Claims.FileExpires - verdict.Claims.IssuedAt); // as docs/operators/prosody.md has it
        Assert.Equal(JwtOutcome.Invalid, (await new JwtReader(new SlotSecrets("another"), TimeProvider.System).ReadAsync(token)).Outcome);
    }

    [Theory]
    [InlineData(XmppServerKind.ProsodyV1, SlotVariant.V1)]
    [InlineData(XmppServerKind.ProsodyV2, SlotVariant.V2)]
    [InlineData(XmppServerKind.Ejabberd, SlotVariant.V1)]
    public async Task A_slot_of_a_real_server_verifies(XmppServerKind kind, SlotVariant variant)
    {
        SlixmppClient.SkipUnlessInstalled();
        await using var xmpp = await XmppServers.StartAsync(kind, "http://127.0.0.1:8080/upload/", Secret);

        var slot = await SlixmppClient.RequestSlotAsync(xmpp.Account, Name, Length, "text/plain; charset=utf-8");

        var put = new RequestTargetParser("/upload").Parse(slot.Put).Target;
        Assert.NotNull(put);
        Assert.Equal(kind == XmppServerKind.Ejabberd ? EjabberdName : Name, put.Path.FileName);
        Assert.Equal(put.Path, new RequestTargetParser("/upload").Parse(slot.Get).Target?.Path);
        var request = new SlotRequest
        {
            Path = put.Path,
            Length = Length,
            ContentType = "text/plain; charset=utf-8",
            Query = put.Query,
            Now = Now,
        };
        var secrets = new SlotSecrets(Secret);
        Assert.Equal(new SlotVerdict(SlotOutcome.Accepted, variant), SlotVerifier.Verify(request, secrets));
        Assert.Equal(SlotOutcome.WrongToken, SlotVerifier.Verify(request with { Length = Length - 1 }, secrets).Outcome);
        Assert.Equal(SlotOutcome.WrongToken, SlotVerifier.Verify(request, new SlotSecrets("another")).Outcome);
        var otherType = SlotVerifier.Verify(request with { ContentType = "text/plain" }, secrets);
        Assert.Equal(variant == SlotVariant.V2 ? SlotOutcome.WrongToken : SlotOutcome.Accepted, otherType.Outcome);
    }
}
