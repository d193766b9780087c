using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Transfers;

/// <summary>
/// Which bytes of one file go over which path next. Every byte is in exactly one state: acknowledged by the server, assigned to a
/// segment, uncertain (it was handed to a socket that died, and the server has not yet said whether it arrived), or free.
/// A byte becomes free again only after the server said that it lacks it, so nothing acknowledged is sent twice.
/// Pure; not safe for use by several threads at once.
/// </summary>
public sealed class TransferPlan
{
    private readonly RangeSet _free;
    private readonly Dictionary<int, Segment> _outstanding = [];
    private int _count;

    /// <param name="length">The file's length in bytes; 0 or more.</param>
    /// <param name="held">What the server already has.</param>
    public TransferPlan(long length, RangeSet? held = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _free = new RangeSet([new ByteRange(0, length)]);
        if (held is not null)
            Acknowledge(held);
    }

    /// <summary>The file's length in bytes, as far as it is known.</summary>
    public long Length { get; private set; }

    /// <summary>The bytes that the server said it has.</summary>
    public RangeSet Acknowledged { get; } = new();

    /// <summary>Bytes that may or may not have arrived over connections that died.</summary>
    public RangeSet Uncertain { get; } = new();

    public IReadOnlyCollection<Segment> Outstanding => _outstanding.Values;

    /// <summary>Bytes that no path has been given.</summary>
    public long FreeBytes => _free.Count;

    public bool IsComplete => Acknowledged.Count == Length;

    /// <summary>Body bytes handed to sockets under an earlier plan for the same file, which the server lost.</summary>
    public long HandedBefore { get; init; }

    /// <summary>Body bytes handed to sockets by segments that are over; add <see cref="Segment.Handed"/> of the outstanding ones.</summary>
    public long HandedByEnded { get; private set; }

    /// <summary>All body bytes handed to sockets.</summary>
    public long HandedBytes => HandedBefore + HandedByEnded + _outstanding.Values.Sum(s => s.Handed);

    /// <summary>Gives a path its next segment, the lowest free bytes first; null if there are none. An empty file has one empty segment.</summary>
    /// <param name="path">The interface's name.</param>
    /// <param name="size">The most bytes; 1 or more.</param>
    public Segment? Take(string path, long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ByteRange range;
        if (!_free.IsEmpty)
        {
            var run = _free.Runs[0];
            // A rest below a quarter of a segment is not worth a request of its own.
            range = run with { End = run.Length - size < size / 4 ? run.End : run.Start + size };
        }
        else if (Length == 0 && _outstanding.Count == 0)
        {
            range = default;
        }
        else
        {
            return null;
        }
        return Assign(path, range);
    }

    /// <summary>The file has become longer: the new bytes are free.</summary>
    /// <param name="length">Not less than before.</param>
    public void Extend(long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Length);
        _free.Add(new ByteRange(Length, length));
        Length = length;
    }

    /// <summary>
    /// Gives a path the next bytes of a run that can only be sent in order: null while some of it are under way or in doubt, or none are left.
    /// </summary>
    /// <param name="path">The interface's name.</param>
    /// <param name="within">The run.</param>
    /// <param name="size">The most bytes; 1 or more.</param>
    public Segment? TakeInOrder(string path, ByteRange within, long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (Uncertain.Overlaps(within) || _outstanding.Values.Any(s => s.Range.Overlaps(within)))
            return null;
        return _free.Within(within).Select(run => Assign(path, run with { End = run.Length > size ? run.Start + size : run.End })).FirstOrDefault();
    }

    /// <summary>The server says which bytes it has.</summary>
    public void Acknowledge(RangeSet received)
    {
        foreach (var run in received.Runs)
        {
            var range = run.Intersect(new ByteRange(0, Length));
            Acknowledged.Add(range);
            _free.Remove(range);
            Uncertain.Remove(range);
        }
    }

    /// <summary>The server has answered that it stored the whole segment.</summary>
    public void Complete(Segment segment)
    {
        if (!End(segment))
            return;
        Acknowledge(new RangeSet([segment.Range]));
    }

    /// <summary>The segment's connection died or is given up. What was not handed to the socket is free at once; the rest is uncertain.</summary>
    public void Cut(Segment segment)
    {
        if (!End(segment))
            return;
        var handedEnd = segment.Range.Start + Math.Min(segment.Handed, segment.Range.Length);
        AddLacking(_free, segment.Range with { Start = handedEnd });
        AddLacking(Uncertain, segment.Range with { End = handedEnd });
    }

    /// <summary>
    /// The server was asked after the segments of <paramref name="asked"/> were cut, and has <paramref name="received"/>: of those
    /// bytes the ones that it lacks are sent again.
    /// </summary>
    /// <param name="asked">A copy of <see cref="Uncertain"/> from before the question was sent.</param>
    /// <param name="received">Everything the server has.</param>
    public void Resolve(RangeSet asked, RangeSet received)
    {
        Acknowledge(received);
        foreach (var run in asked.Runs)
        {
            foreach (var lost in Uncertain.Within(run).ToList())
            {
                Uncertain.Remove(lost);
                _free.Add(lost);
            }
        }
    }

    private Segment Assign(string path, ByteRange range)
    {
        var segment = new Segment(_count++, path, range);
        _free.Remove(range);
        _outstanding.Add(segment.Number, segment);
        return segment;
    }

    private bool End(Segment segment)
    {
        // By reference: a segment of an earlier plan may have the same number.
        if (!_outstanding.TryGetValue(segment.Number, out var known) || known != segment)
            return false;
        _outstanding.Remove(segment.Number);
        HandedByEnded += segment.Handed;
        return true;
    }

    private void AddLacking(RangeSet target, ByteRange range)
    {
        foreach (var part in Acknowledged.Missing(range))
            target.Add(part);
    }
}
