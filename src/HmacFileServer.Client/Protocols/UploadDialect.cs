using HmacFileServer.Client.Http;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Client.Protocols;

/// <summary>
/// What differs from protocol to protocol in one upload: the words of its requests, and what their answers say. It has no state of the
/// transfer: which bytes go when over which path is the run's business.
/// </summary>
internal abstract class UploadDialect
{
    public abstract UploadProtocol Protocol { get; }

    /// <summary>Where the bytes go: one part, or several that the server puts together at the end.</summary>
    public abstract IReadOnlyList<UploadPart> Parts { get; }

    /// <summary>Where the upload was made, and is put together at the end; null if the bytes go where they were asked to go.</summary>
    public virtual Uri? Endpoint => null;

    /// <summary>The bytes of a part go in their order, one request at a time. Else segments go in any order, many at once.</summary>
    public virtual bool IsOrdered => true;

    /// <summary>The server can say which bytes it has. Else a break means to begin again.</summary>
    public virtual bool CanAsk => true;

    /// <summary>The server needs a segment of its own for a file without any byte.</summary>
    public virtual bool SendsEmptyFile => false;

    /// <summary>What the server is known to have before the first question; null if it must be asked.</summary>
    public RangeSet? Held { get; init; }

    /// <summary>Most bytes of one request.</summary>
    public virtual long MostSegment => long.MaxValue;

    /// <summary>The head of the request for some bytes of a part.</summary>
    /// <param name="text">The path's.</param>
    /// <param name="part">The part.</param>
    /// <param name="range">The bytes, by their place in the file; empty only for an empty file.</param>
    /// <param name="length">The file's length; null while it is not known.</param>
    public abstract byte[] Segment(RequestText text, UploadPart part, ByteRange range, long? length);

    /// <summary>The head of the request that asks what the server has of a part.</summary>
    public abstract byte[] Question(RequestText text, UploadPart part, long? length);

    /// <summary>The head of a request that asks for a sign of life.</summary>
    public virtual byte[] Probe(RequestText text) => text.Encode("OPTIONS", Parts[0].Url);

    /// <summary>The answer to a probe is the server's, and not a captive portal's.</summary>
    public virtual bool IsAlive(ResponseHead answer) => true;

    /// <summary>How many bytes of the part the server has, by its answer; null if it does not say.</summary>
    public virtual long? Offset(ResponseHead answer) => answer.Number("Upload-Offset");

    /// <summary>What is left to say when the server has every byte. Returns where the file is, if that is told only now.</summary>
    public virtual Task<Uri?> FinishAsync(ControlClient control, long length, CancellationToken cancellation) => Task.FromResult<Uri?>(null);
}

/// <summary>A place for a run of the file's bytes.</summary>
/// <param name="Url">Its address; a capability.</param>
/// <param name="Range">Its bytes, by their place in the file. Of an upload of unknown length the end is not known: <see cref="long.MaxValue"/>.</param>
internal sealed record UploadPart(Uri Url, ByteRange Range);
