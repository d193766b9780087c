using System.Text;

namespace HmacFileServer.Core.Uploads;

/// <summary>
/// A set of bytes, kept as sorted runs that neither touch nor overlap. An upload that arrives in order is one run, so every
/// operation is a binary search and, at the worst, a move of the runs behind it. Not safe for use by several threads at once.
/// </summary>
public sealed class RangeSet
{
    private readonly List<ByteRange> _runs = [];

    public RangeSet()
    {
    }

    public RangeSet(IEnumerable<ByteRange> ranges)
    {
        foreach (var range in ranges)
            Add(range);
    }

    /// <summary>The runs, in order.</summary>
    public IReadOnlyList<ByteRange> Runs => _runs;

    /// <summary>How many bytes the set has.</summary>
    public long Count { get; private set; }

    public bool IsEmpty => _runs.Count == 0;

    /// <summary>How many bytes lie in an unbroken run from byte 0: the offset of tus and of the IETF draft.</summary>
    public long ContiguousPrefix => _runs.Count > 0 && _runs[0].Start == 0 ? _runs[0].End : 0;

    /// <summary>Adds a run. Returns how many of its bytes were new.</summary>
    public long Add(ByteRange range)
    {
        if (range.IsEmpty)
            return 0;
        ArgumentOutOfRangeException.ThrowIfNegative(range.Start);
        var first = FirstEndingAtOrAfter(range.Start);
        if (first == _runs.Count || _runs[first].Start > range.End)
        {
            _runs.Insert(first, range);
            Count += range.Length;
            return range.Length;
        }
        var merged = new ByteRange(Math.Min(range.Start, _runs[first].Start), range.End);
        var held = 0L;
        var last = first;
        for (; last < _runs.Count && _runs[last].Start <= range.End; last++)
        {
            held += _runs[last].Length;
            merged = merged with { End = Math.Max(merged.End, _runs[last].End) };
        }
        _runs[first] = merged;
        _runs.RemoveRange(first + 1, last - first - 1);
        var added = merged.Length - held;
        Count += added;
        return added;
    }

    /// <summary>Takes a run out. Returns how many bytes were there.</summary>
    public long Remove(ByteRange range)
    {
        if (range.IsEmpty)
            return 0;
        var index = FirstEndingAtOrAfter(range.Start + 1);
        var removed = 0L;
        while (index < _runs.Count && _runs[index].Start < range.End)
        {
            var run = _runs[index];
            removed += run.Intersect(range).Length;
            _runs.RemoveAt(index);
            if (run.Start < range.Start)
                _runs.Insert(index++, run with { End = range.Start });
            if (run.End > range.End)
                _runs.Insert(index++, run with { Start = range.End });
        }
        Count -= removed;
        return removed;
    }

    public void Clear()
    {
        _runs.Clear();
        Count = 0;
    }

    public bool Contains(ByteRange range)
    {
        if (range.IsEmpty)
            return true;
        var index = FirstEndingAtOrAfter(range.Start + 1);
        return index < _runs.Count && _runs[index].Contains(range);
    }

    /// <summary>The parts of <paramref name="range"/> that the set has, in order.</summary>
    public IEnumerable<ByteRange> Within(ByteRange range)
    {
        for (var i = FirstEndingAtOrAfter(range.Start + 1); i < _runs.Count && _runs[i].Start < range.End; i++)
        {
            var part = _runs[i].Intersect(range);
            if (!part.IsEmpty)
                yield return part;
        }
    }

    /// <summary>The parts of <paramref name="range"/> that the set lacks, in order.</summary>
    public IEnumerable<ByteRange> Missing(ByteRange range)
    {
        var from = range.Start;
        foreach (var part in Within(range))
        {
            if (part.Start > from)
                yield return new ByteRange(from, part.Start);
            from = part.End;
        }
        if (from < range.End)
            yield return new ByteRange(from, range.End);
    }

    /// <summary>True if the set has a byte of <paramref name="range"/>.</summary>
    public bool Overlaps(ByteRange range)
    {
        var index = FirstEndingAtOrAfter(range.Start + 1);
        return index < _runs.Count && _runs[index].Overlaps(range);
    }

    public RangeSet Clone() => new(_runs);

    /// <summary>As `Upload-Received` has it: `0-1048575, 2097152-4194303`; empty for an empty set.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var run in _runs)
            text.Append(text.Length == 0 ? "" : ", ").Append(run);
        return text.ToString();
    }

    /// <summary>
    /// Reads what <see cref="ToString"/> wrote. False for anything else: a reversed run, a sign, a number beyond 2^63-2.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RangeSet set)
    {
        set = new RangeSet();
        text = text.Trim();
        if (text.IsEmpty)
            return true;
        foreach (var part in text.Split(','))
        {
            var item = text[part].Trim();
            var dash = item.IndexOf('-');
            if (dash <= 0 || !TryNumber(item[..dash], out var start) || !TryNumber(item[(dash + 1)..], out var last)
                || last < start || last == long.MaxValue)
            {
                return false;
            }
            set.Add(new ByteRange(start, last + 1));
        }
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value);

    private int FirstEndingAtOrAfter(long position)
    {
        int low = 0, high = _runs.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs[middle].End < position)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
