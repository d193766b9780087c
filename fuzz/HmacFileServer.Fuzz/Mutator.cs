using System.Text;

namespace HmacFileServer.Fuzz;

/// <summary>Makes inputs of a target's seeds and tokens, the same ones for the same seed. Not safe for several threads.</summary>
internal sealed class Mutator
{
    private const int MostBytes = 4096; // as much as any header of ours may have; more only makes it slow
    private const int MostChanges = 6;

    private static readonly string[] Numbers =
        ["0", "00", "1", "-1", "+1", "9", "255", "4096", "2147483647", "2147483648", "4294967296", "999999999999999", "9223372036854775806",
            "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e9", "0x10", "1.5", " 1", "1 ", "\u0661"];

    private readonly FuzzTarget _target;
    private readonly Random _random;
    private readonly byte[][] _tokens;

    public Mutator(FuzzTarget target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _tokens = [.. target.Tokens.Concat(Numbers).Select(Encoding.UTF8.GetBytes)];
    }

    public byte[] Next()
    {
        if (_random.Next(20) == 0)
            return RandomBytes(_random.Next(64));
        var bytes = new List<byte>(_random.Next(20) == 0 ? [] : Seed());
        for (var changes = _random.Next(MostChanges + 1); changes > 0; changes--)
            Change(bytes);
        if (bytes.Count > MostBytes)
            bytes.RemoveRange(MostBytes, bytes.Count - MostBytes);
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var count = Math.Min(_random.Next(1, _random.Next(2) == 0 ? 4 : 64), bytes.Count - at);
        switch (_random.Next(9))
        {
            case 0 or 1:
                bytes.InsertRange(at, Token());
                break;
            case 2:
                bytes.RemoveRange(at, count);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, count));
                break;
            case 4:
                bytes.RemoveRange(at, count);
                bytes.InsertRange(at, Token());
                break;
            case 5 when bytes.Count > at:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 6:
                bytes.InsertRange(at, RandomBytes(_random.Next(1, 4)));
                break;
            case 7:
                bytes.RemoveRange(at, bytes.Count - at);
                var other = Seed();
                bytes.AddRange(other[_random.Next(other.Length + 1)..]);
                break;
            default:
                for (var times = _random.Next(1, 30); times > 0 && bytes.Count < MostBytes; times--)
                    bytes.InsertRange(at, Token());
                break;
        }
    }

    private byte[] Seed() => _target.Seeds[_random.Next(_target.Seeds.Count)];

    private byte[] Token() => _tokens[_random.Next(_tokens.Length)];

    private byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
