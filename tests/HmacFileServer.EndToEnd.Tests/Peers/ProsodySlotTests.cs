using HmacFileServer.Core.Slots;

namespace HmacFileServer.EndToEnd.Tests.Peers;

/// <summary>The slots of a real Prosody, asked for by a real XMPP client, are what our verifier accepts: bytes nobody here made up.</summary>
public sealed class ProsodySlotTests
{
    private const string Name = "très cool +1 (é).bin";
    private const long Length = 209_715_200;
    private const string Secret = "pr0sody \"secret\" – ü";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ProsodyProtocol.V1, SlotVariant.V1)]
    [InlineData(ProsodyProtocol.V2, SlotVariant.V2)]
    public async Task A_slot_of_Prosody_verifies(ProsodyProtocol protocol, SlotVariant variant)
    {
        ProsodyServer.SkipUnlessInstalled();
        SlixmppClient.SkipUnlessInstalled();
        await using var prosody = await ProsodyServer.StartAsync(protocol, "http://127.0.0.1:8080/upload/", Secret);

        var slot = await SlixmppClient.RequestSlotAsync(prosody.Account, Name, Length, "text/plain; charset=utf-8");

        var put = new RequestTargetParser("/upload").Parse(slot.Put).Target;
        Assert.NotNull(put);
        Assert.Equal(Name, put.Path.FileName);
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
