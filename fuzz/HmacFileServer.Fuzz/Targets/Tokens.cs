using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.BearerTokens;
using static HmacFileServer.Fuzz.Targets.AllTargets;

namespace HmacFileServer.Fuzz.Targets;

/// <summary>JSON Web Tokens: nothing is accepted but what was signed, to the last character before the signature.</summary>
internal static class Tokens
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static FuzzTarget Create()
    {
        var secrets = new SlotSecrets("the secret of the fuzzer, long enough");
        var issuer = new JwtIssuer(secrets);
        var reader = new JwtReader(secrets, new StoppedClock(Now));
        var signed = new[]
        {
            issuer.ForFiles("alice@example.org", Now, Now.AddHours(1)),
            issuer.ForSlot("bob@example.org", SlotPath.FromDecodedSegments(["slot", "file.bin"])!, 1_000_000, "text/plain", Now, Now.AddHours(1)),
            issuer.ForFiles("late@example.org", Now.AddDays(-2), Now.AddDays(-1)),
        };
        var contents = signed.Select(Content).ToHashSet();
        var forged = new[] { "{\"alg\":\"none\"}", "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", "{\"alg\":\"HS256\",\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"crit\":[\"b64\"]}" }
            .Select(h => $"{Encode(h)}.{signed[0].Split('.')[1]}.{signed[0].Split('.')[2]}");
        var payloads = new[] { "{}", "[]", "{\"sub\":1}", "{\"sub\":\"a\",\"iat\":1e99,\"exp\":-1}", "{\"sub\":\"a\",\"iat\":0,\"exp\":9e18,\"filesize\":1.5}" }
            .Select(p => $"{signed[0].Split('.')[0]}.{Encode(p)}.{signed[0].Split('.')[2]}");
        return new FuzzTarget(
            "jwt",
            Bytes([.. signed, .. forged, .. payloads]),
            [".", "-", "_", "=", "e30", "eyJ", Encode("{\"alg\":\"none\"}"), Encode("\u00e9"), "A", "\0"],
            input =>
            {
                var token = Text(input);
                var reading = reader.ReadAsync(token);
                var verdict = reading.IsCompleted ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
                if (verdict.Outcome == JwtOutcome.Invalid)
                    return false;
                Check(contents.Contains(Content(token)), $"accepted, and never signed: {token}");
                return true;
            });
    }

    private static string Content(string token) => token[..token.LastIndexOf('.')];

    private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
