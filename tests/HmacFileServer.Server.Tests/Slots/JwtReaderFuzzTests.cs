using HmacFileServer.Core.Slots;
using HmacFileServer.Server.BearerTokens;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;

namespace HmacFileServer.Server.Tests.Slots;

/// <summary>Tokens with random damage: before and after they were signed. None is an exception, and without the secret none is accepted.</summary>
public sealed class JwtReaderFuzzTests
{
    private const int Rounds = 20_000;

    private readonly ManualTimeProvider _clock = new();
    private readonly Random _random = new(1);
    private readonly JwtReader _reader;

    public JwtReaderFuzzTests() => _reader = new JwtReader(new SlotSecrets(TestServer.Secret), _clock);

    [Fact]
    public async Task Whatever_is_changed_in_a_token_it_is_not_accepted()
    {
        var right = HandmadeJwt.Sign(HandmadeJwt.Payload("s1", "f", 3, _clock.GetUtcNow()));
        Assert.Equal(JwtOutcome.Valid, (await _reader.ReadAsync(right)).Outcome);
        for (var round = 0; round < Rounds; round++)
        {
            var token = Damage(right);
            // The last character of a signature has two bits that mean nothing.
            if (!token.StartsWith(right[..^1], StringComparison.Ordinal))
                Assert.Equal(JwtOutcome.Invalid, (await _reader.ReadAsync(token)).Outcome);
        }
    }

    [Fact]
    public async Task Whatever_the_holder_of_the_secret_signs_is_judged()
    {
        var payload = HandmadeJwt.Payload("s1", "f\\u00e9\\ud83d\\ude00", 3, _clock.GetUtcNow(), with: ",\"expires\":1,\"scope\":\"upload\"");
        var judged = new int[3];
        for (var round = 0; round < Rounds; round++)
        {
            var token = _random.Next(2) == 0 ? HandmadeJwt.Sign(Damage(payload)) : HandmadeJwt.Sign(payload, Damage(HandmadeJwt.Header));
            judged[(int)(await _reader.ReadAsync(token)).Outcome]++;
        }
        Assert.True(judged[(int)JwtOutcome.Invalid] > Rounds / 2);
    }

    private string Damage(string text)
    {
        var chars = text.ToCharArray();
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
            chars[_random.Next(chars.Length)] = (char)_random.Next(1, 256);
        return _random.Next(4) == 0 ? new string(chars)[.._random.Next(1, chars.Length + 1)] : new string(chars);
    }
}
