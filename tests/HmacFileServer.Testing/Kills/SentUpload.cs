using System.Security.Cryptography;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Kills;

/// <summary>One upload as its client knows it: what was sent, where it goes on, and what the server has acknowledged. One thread at a time.</summary>
internal sealed class SentUpload(int number, byte[] content)
{
    public int Number => number;

    public byte[] Content => content;

    public int Length => content.Length;

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Path and query of its slot; null for one that began at `/files/`.</summary>
    public string? Slot { get; init; }

    /// <summary>True for a part of another upload: it never becomes a file.</summary>
    public bool IsPart { get; init; }

    /// <summary>The parts that it is made of, in order.</summary>
    public IReadOnlyList<SentUpload> Parts { get; init; } = [];

    /// <summary>
    /// A request to this server was left in the middle. The server may look at it only after the one that followed it, and end that one for it:
    /// then a 409 is right.
    /// </summary>
    public bool IsLeft { get; set; }

    /// <summary>It was asked to be made of its parts. Without an answer nobody knows its address, and its parts may be gone: it is asked for again.</summary>
    public bool IsJoinAsked { get; set; }

    /// <summary>`/uploads/{id}` once the server has said it: from then on the upload is acknowledged.</summary>
    public string? Resource { get; set; }

    /// <summary>Bytes that an answer, perhaps an interim one, said are held.</summary>
    public RangeSet Acknowledged { get; } = new();

    /// <summary>Where the file is, without a query, once an answer said that it is whole.</summary>
    public string? File { get; set; }

    /// <summary>An answer has said that the file is whole.</summary>
    public bool IsFinished { get; set; }

    /// <summary>Its cancellation was asked for: from then on it may be gone.</summary>
    public bool IsCancelAsked { get; set; }

    /// <summary>Its cancellation was answered: from then on it must be gone.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>True once there is nothing more to send.</summary>
    public bool IsOver => IsFinished || IsCancelled || (IsPart && Acknowledged.Count == Length);

    public ByteRange Whole => new(0, Length);

    public void Acknowledge(long offset) => Acknowledged.Add(new ByteRange(0, offset));

    public ReadOnlyMemory<byte> Bytes(ByteRange range) => content.AsMemory((int)range.Start, (int)range.Length);

    /// <summary>An answer said that the file is whole.</summary>
    public void Finish(string? file)
    {
        IsFinished = true;
        File ??= file ?? Slot?[..Slot.IndexOf('?', StringComparison.Ordinal)];
        Acknowledge(Length);
    }

    public override string ToString() => $"upload {number} ({Length} bytes, {Slot ?? Resource ?? "no address yet"})";
}
