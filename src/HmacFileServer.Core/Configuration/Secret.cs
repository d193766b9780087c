using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace HmacFileServer.Core.Configuration;

/// <summary>A shared secret: the key of the HMAC. Nothing that prints objects can print it by accident.</summary>
[DebuggerDisplay("(secret)")]
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>Shortest secret, in bytes. Shorter ones can be guessed off line by anyone who has seen one signed URL.</summary>
    public const int MinimumLength = 8;

    private readonly byte[] _bytes;

    /// <param name="bytes">The key as it goes into the HMAC; at least <see cref="MinimumLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public Secret(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinimumLength)
            throw new ArgumentException($"A secret has at least {MinimumLength} bytes.", nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>The key: the raw UTF-8 bytes of the configured text.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The secret that a text stands for: its UTF-8 bytes, with nothing trimmed.</summary>
    /// <exception cref="ArgumentException">The text is too short, or no Unicode text.</exception>
    public static Secret FromText(string text) => new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text));

    /// <summary>The secret as it was configured, for those who sign and verify; never for messages.</summary>
    public string Reveal() => Encoding.UTF8.GetString(_bytes);

    /// <summary>Compares in constant time.</summary>
    public bool Equals(Secret? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <summary>Says nothing of the bytes: a hash would be a way to test guesses.</summary>
    public override int GetHashCode() => _bytes.Length;

    public override string ToString() => "(secret)";
}
