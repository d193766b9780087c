using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Slots;

/// <summary>What a slot's MAC vouches for, and the bytes that each variant makes of it (PROTOCOLS §1).</summary>
internal readonly ref struct SlotClaim
{
    /// <summary>Bytes of an HMAC-SHA256.</summary>
    public const int MacBytes = 32;

    /// <summary>What XEP-0363 servers sign when the client names no type.</summary>
    public const string DefaultContentType = "application/octet-stream";

    // A path of usual length and a content type; longer ones take a pooled buffer.
    private const int UsualMessageBytes = 512;

    // Fixed words, separators and two numbers of up to 20 digits.
    private const int FramingBytes = 64;

    public required SlotOperation Operation { get; init; }

    public required SlotPath Path { get; init; }

    public required long Length { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Unix seconds; 0 for variants that do not expire.</summary>
    public long Expires { get; init; }

    /// <summary>Computes the MAC of one variant under one key.</summary>
    public void Sign(SlotVariant variant, byte[] key, ReadOnlySpan<byte> deleteSecret, Span<byte> mac)
    {
        var room = Encoding.UTF8.GetByteCount(Path.Value) + Encoding.UTF8.GetByteCount(ContentType) + deleteSecret.Length + FramingBytes;
        byte[]? rented = null;
        var buffer = room <= UsualMessageBytes ? stackalloc byte[UsualMessageBytes] : rented = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            var message = new MessageWriter(buffer);
            Write(variant, deleteSecret, ref message);
            HMACSHA256.HashData(key, message.Written, mac);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private void Write(SlotVariant variant, ReadOnlySpan<byte> deleteSecret, ref MessageWriter message)
    {
        switch (variant)
        {
            case SlotVariant.V1:
                message.Text(Path.Value).Byte(' ').Number(Length);
                break;
            case SlotVariant.Token when Operation == SlotOperation.Delete:
                message.Text(Path.Value).Byte('\0').Bytes(deleteSecret);
                break;
            case SlotVariant.V2 or SlotVariant.Token:
                message.Text(Path.Value).Byte('\0').Number(Length).Byte('\0').Text(ContentType);
                break;
            case SlotVariant.Expiring:
                message.Text("hfs1\n").Text(Operation == SlotOperation.Delete ? "DELETE\n" : "PUT\n").Text(Path.Value).Byte('\n')
                    .Number(Length).Byte('\n').Text(ContentType).Byte('\n').Number(Expires);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(variant), variant, "Not a variant that is signed.");
        }
    }

    private ref struct MessageWriter(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref MessageWriter Text(string text)
        {
            _length += Encoding.UTF8.GetBytes(text, _buffer[_length..]);
            return ref this;
        }

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref MessageWriter Byte(char value)
        {
            _buffer[_length++] = (byte)value;
            return ref this;
        }

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref MessageWriter Bytes(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
            return ref this;
        }

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref MessageWriter Number(long value)
        {
            value.TryFormat(_buffer[_length..], out var written, default, CultureInfo.InvariantCulture);
            _length += written;
            return ref this;
        }
    }
}
