using System.Text;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Slots;

/// <summary>
/// Reads a request target as it stood in the request line, before any framework decoded or normalised it: the MACs are over
/// the path decoded exactly once, and a path that two readers could take for two files is refused. Safe for use by several threads.
/// </summary>
public sealed class RequestTargetParser
{
    /// <summary>Longest target, in bytes: what Kestrel reads of a request line by default.</summary>
    public const int MaxTargetBytes = 8192;

    private readonly string[] _basePath;

    /// <param name="basePath">A URL path such as `/upload/`; `/` or nothing for the whole server. Outer slashes do not count.</param>
    /// <exception cref="ArgumentException">The base path is not a well-formed URL path.</exception>
    public RequestTargetParser(string basePath = "/")
    {
        var trimmed = basePath.Trim('/');
        if (trimmed.Length == 0)
        {
            _basePath = [];
            return;
        }
        var segments = new List<string>();
        Span<byte> scratch = stackalloc byte[SlotPath.MaxSegmentBytes * 3];
        foreach (var segment in trimmed.Split('/'))
        {
            var bytes = Encoding.UTF8.GetBytes(segment);
            var fault = Segment(bytes, scratch, out var text);
            if (fault != RequestTargetFault.None)
                throw new ArgumentException($"The base path '{basePath}' is not a URL path ({fault} in '{segment}').", nameof(basePath));
            segments.Add(text);
        }
        _basePath = [.. segments];
    }

    /// <summary>Reads a target that a framework kept as a string.</summary>
    public RequestTargetResult Parse(ReadOnlySpan<char> target)
    {
        if (target.Length > MaxTargetBytes)
            return new RequestTargetResult(RequestTargetFault.TargetTooLong);
        Span<byte> bytes = stackalloc byte[target.Length];
        for (var i = 0; i < target.Length; i++)
        {
            if (target[i] > 0x7f)
                return new RequestTargetResult(RequestTargetFault.UnescapedCharacter);
            bytes[i] = (byte)target[i];
        }
        return Parse(bytes);
    }

    /// <summary>Reads a target in origin form (`/path?query`) or absolute form (`http://host/path?query`).</summary>
    public RequestTargetResult Parse(ReadOnlySpan<byte> target)
    {
        if (target.Length > MaxTargetBytes)
            return new RequestTargetResult(RequestTargetFault.TargetTooLong);
        if (!TrySkipAuthority(ref target))
            return new RequestTargetResult(RequestTargetFault.NotAPath);
        var question = target.IndexOf((byte)'?');
        var path = question < 0 ? target : target[..question];
        Span<byte> scratch = stackalloc byte[target.Length];
        var fault = ReadPath(path.IsEmpty ? "/"u8 : path, scratch, out var slot);
        if (fault != RequestTargetFault.None)
            return new RequestTargetResult(fault);
        if (question < 0)
            return new RequestTargetResult(new RequestTarget(slot!, QueryParameters.Empty));
        fault = ReadQuery(target[(question + 1)..], scratch, out var query);
        return fault == RequestTargetFault.None ? new RequestTargetResult(new RequestTarget(slot!, query)) : new RequestTargetResult(fault);
    }

    private static bool TrySkipAuthority(ref ReadOnlySpan<byte> target)
    {
        if (target.StartsWith("/"u8))
            return true;
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "https://"])
        {
            if (target.Length <= scheme.Length || !Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme))
                continue;
            var rest = target[scheme.Length..];
            var end = rest.IndexOfAny((byte)'/', (byte)'?');
            if (end == 0)
                return false;
            target = end < 0 ? "/"u8 : rest[end..];
            return true;
        }
        return false;
    }

    private RequestTargetFault ReadPath(ReadOnlySpan<byte> path, Span<byte> scratch, out SlotPath? slot)
    {
        slot = null;
        if (path.Length == 1)
            return _basePath.Length == 0 ? RequestTargetFault.NoFileName : RequestTargetFault.OutsideBasePath;
        var segments = new List<string>(4);
        var depth = 0;
        var inside = true;
        var rest = path[1..];
        while (true)
        {
            var slash = rest.IndexOf((byte)'/');
            var encoded = slash < 0 ? rest : rest[..slash];
            if (encoded.IsEmpty && slash < 0 && depth == _basePath.Length && inside)
                return RequestTargetFault.NoFileName;
            var fault = Segment(encoded, scratch, out var text);
            if (fault != RequestTargetFault.None)
                return fault;
            if (depth < _basePath.Length)
                inside &= text == _basePath[depth];
            else if (segments.Count == SlotPath.MaxSegments)
                return RequestTargetFault.TooManySegments;
            else
                segments.Add(text);
            depth++;
            if (slash < 0)
                break;
            rest = rest[(slash + 1)..];
        }
        if (!inside || depth < _basePath.Length)
            return RequestTargetFault.OutsideBasePath;
        if (segments.Count == 0)
            return RequestTargetFault.NoFileName;
        slot = SlotPath.FromDecodedSegments(segments);
        return slot is null ? RequestTargetFault.ControlCharacter : RequestTargetFault.None;
    }

    private static RequestTargetFault Segment(ReadOnlySpan<byte> encoded, Span<byte> scratch, out string text)
    {
        text = "";
        if (encoded.Length > SlotPath.MaxSegmentBytes * 3)
            return RequestTargetFault.SegmentTooLong;
        var fault = PercentDecoder.Decode(encoded, scratch, out text);
        if (fault != RequestTargetFault.None)
            return fault;
        if (text.Length == 0)
            return RequestTargetFault.EmptySegment;
        if (text is "." or "..")
            return RequestTargetFault.DotSegment;
        if (text.Contains('/', StringComparison.Ordinal))
            return RequestTargetFault.EncodedSlash;
        return Encoding.UTF8.GetByteCount(text) > SlotPath.MaxSegmentBytes ? RequestTargetFault.SegmentTooLong : RequestTargetFault.None;
    }

    private static RequestTargetFault ReadQuery(ReadOnlySpan<byte> query, Span<byte> scratch, out QueryParameters parameters)
    {
        parameters = QueryParameters.Empty;
        var items = new List<KeyValuePair<string, string>>(2);
        foreach (var range in query.Split((byte)'&'))
        {
            var item = query[range];
            if (item.IsEmpty)
                continue;
            if (items.Count == QueryParameters.MaxCount)
                return RequestTargetFault.TooManyParameters;
            var equals = item.IndexOf((byte)'=');
            var fault = PercentDecoder.Decode(equals < 0 ? item : item[..equals], scratch, out var name);
            if (fault != RequestTargetFault.None)
                return fault;
            fault = PercentDecoder.Decode(equals < 0 ? [] : item[(equals + 1)..], scratch, out var value);
            if (fault != RequestTargetFault.None)
                return fault;
            items.Add(new KeyValuePair<string, string>(name, value));
        }
        if (items.Count > 0)
            parameters = new QueryParameters([.. items]);
        return RequestTargetFault.None;
    }
}
