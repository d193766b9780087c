using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace HmacFileServer.Core.Uploads;

/// <summary>
/// The name of an upload, and the right to write to it: 128 random bits as 32 lower-case hex digits. Whoever knows it may
/// send bytes, so it is never guessable and never logged in full.
/// </summary>
public readonly record struct UploadId
{
    private const int Bytes = 16;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private readonly string? _text;

    private UploadId(string text) => _text = text;

    /// <summary>A new one, from the operating system's randomness.</summary>
    public static UploadId Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>
    /// The one upload that is made of these parts in this order: who asks for it twice, since an answer was lost, gets the same one. As unguessable as
    /// the parts.
    /// </summary>
    public static UploadId OfParts(IReadOnlyList<UploadId> parts) => Derive($"made of {string.Join(' ', parts)}");

    /// <summary>A name that is always the same for this upload, and does not give it away.</summary>
    public UploadId PublicName() => Derive($"public name of {this}");

    private static UploadId Derive(string from) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(from)).AsSpan(0, Bytes)));

    /// <summary>Reads 32 lower-case hex digits; false for anything else, so that an id is always safe as a file name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UploadId id)
    {
        id = default;
        if (text is not { Length: Bytes * 2 } || text.AsSpan().ContainsAnyExcept(HexDigits))
            return false;
        id = new UploadId(text);
        return true;
    }

    public override string ToString() => _text ?? "";

    /// <summary>The first eight digits: enough to find an upload in a log, too little to write to it.</summary>
    public string ForLog => _text is null ? "" : _text[..8];
}
