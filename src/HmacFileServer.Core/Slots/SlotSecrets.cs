using System.Text;

namespace HmacFileServer.Core.Slots;

/// <summary>The secrets that slots are signed with. Never printed: <see cref="ToString"/> says how many there are.</summary>
public sealed class SlotSecrets
{
    private readonly byte[][] _keys;
    private readonly byte[]? _deleteSecret;

    /// <param name="secret">Signs, and verifies; its raw UTF-8 bytes are the key.</param>
    /// <param name="previous">Verify only, so that slots handed out before a change of the secret still work.</param>
    /// <param name="deleteSecret">What Metronome puts into deletion tokens; null for the secret itself.</param>
    /// <exception cref="ArgumentException">A secret is empty: everyone could sign.</exception>
    public SlotSecrets(string secret, IEnumerable<string>? previous = null, string? deleteSecret = null)
    {
        _keys = [.. (previous ?? []).Prepend(secret).Select(Key)];
        _deleteSecret = deleteSecret is null ? null : Key(deleteSecret);
    }

    /// <summary>The keys as HMAC-SHA256 takes them, the signing one first: for signatures that are not made here (JWT).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> SigningKeys => [.. _keys.Select(k => (ReadOnlyMemory<byte>)k)];

    /// <summary>The signing key first.</summary>
    internal ReadOnlySpan<byte[]> Keys => _keys;

    internal ReadOnlySpan<byte> DeleteSecretFor(byte[] key) => _deleteSecret ?? key;

    public override string ToString() => $"{_keys.Length} slot secret(s)";

    private static byte[] Key(string secret)
    {
        if (string.IsNullOrEmpty(secret))
            throw new ArgumentException("A slot secret must not be empty.");
        return Encoding.UTF8.GetBytes(secret);
    }
}
