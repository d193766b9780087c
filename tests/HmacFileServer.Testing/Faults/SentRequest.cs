using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Testing.Faults;

/// <summary>A request as it lies in a connection's stream.</summary>
/// <param name="Segment">Null for a question.</param>
/// <param name="Asked">What a question is about.</param>
/// <param name="Begins">Where its head begins in the stream.</param>
public sealed record SentRequest(Segment? Segment, RangeSet? Asked, long Begins)
{
    /// <summary>Bytes of a head, about.</summary>
    public const int Head = 300;

    public long BodyBegins => Begins + Head;

    public long Ends => BodyBegins + (Segment?.Range.Length ?? 0);
}

/// <summary>An answer: the server has these bytes.</summary>
/// <param name="Request">To what.</param>
/// <param name="Held">Everything the server had then.</param>
/// <param name="At">When it is at the client, if the link carries it then.</param>
public sealed record SentAnswer(SentRequest Request, RangeSet Held, TimeSpan At);
