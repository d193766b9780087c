using HmacFileServer.Client.Http;
using HmacFileServer.Core.Transfers;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Client.Connections;

/// <summary>The upload, as a connection sees it: where its next bytes come from, and where its news go.</summary>
internal interface IConnectionOwner
{
    /// <summary>The next segment for this connection; null if it shall wait until it is woken.</summary>
    Segment? Next(PathConnection connection);

    /// <summary>The head of a request, as the protocol has it.</summary>
    byte[] HeadOf(RequestText text, PendingRequest request);

    /// <summary>Reads the file into the buffer; throws <see cref="UploadFailedException"/> if the file became shorter.</summary>
    void Read(long offset, Span<byte> destination);

    /// <summary>The open file whose bytes <see cref="Read"/> reads, each at its own offset; null where there is none.</summary>
    SafeFileHandle? File { get; }

    /// <summary>The answer to a segment, a question or a probe.</summary>
    void Answered(PathConnection connection, PendingRequest request, ResponseHead answer);

    /// <summary>The connection is over, whoever ended it; called once, when neither loop touches a segment any more.</summary>
    void Ended(PathConnection connection, Exception? reason);
}

/// <summary>What a request was for.</summary>
internal enum RequestKind
{
    Segment,
    Head,
    Ping,

    /// <summary>Asks who is there, before anything is sent that only our server may see.</summary>
    Proof,
}

/// <summary>A request that was written, or is being written, and has no answer yet.</summary>
internal sealed record PendingRequest(RequestKind Kind, Segment? Segment, long StartedAt)
{
    /// <summary>What the asker wants back with the answer.</summary>
    public object? Tag { get; init; }
}
