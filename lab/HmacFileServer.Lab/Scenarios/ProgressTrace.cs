namespace HmacFileServer.Lab.Scenarios;

/// <summary>When the server was first seen to hold how many bytes. Instants are monotonic nanoseconds. Not thread-safe.</summary>
public sealed class ProgressTrace
{
    private readonly List<(long At, long Bytes)> _steps = new(1 << 16); // four minutes at 250 samples a second

    /// <summary>Instants at which the number of bytes had grown.</summary>
    public IReadOnlyList<(long At, long Bytes)> Steps => _steps;

    /// <summary>Bytes held when last seen.</summary>
    public long Bytes => _steps.Count == 0 ? 0 : _steps[^1].Bytes;

    /// <summary>Notes a sample; one that shows no growth changes nothing.</summary>
    public void Add(long at, long bytes)
    {
        if (bytes > Bytes)
            _steps.Add((at, bytes));
    }

    /// <summary>The longest time without growth between the first byte and the last, of those that touch a span.</summary>
    /// <param name="from">Gaps that end later than this count.</param>
    /// <param name="until">Gaps that begin earlier than this count.</param>
    /// <returns>Milliseconds; 0 if there was no gap.</returns>
    public double LongestGapMilliseconds(long from = long.MinValue, long until = long.MaxValue)
    {
        long longest = 0;
        for (var i = 1; i < _steps.Count; i++)
        {
            if (_steps[i].At > from && _steps[i - 1].At < until)
                longest = Math.Max(longest, _steps[i].At - _steps[i - 1].At);
        }
        return longest / 1e6;
    }

    /// <summary>The longest time without growth, of those that end before an instant; milliseconds.</summary>
    public double LongestGapBeforeMilliseconds(long instant)
    {
        var steps = _steps.TakeWhile(s => s.At <= instant).ToList();
        return steps.Zip(steps.Skip(1), (a, b) => (b.At - a.At) / 1e6).DefaultIfEmpty().Max();
    }

    /// <summary>The rate from an instant to the last byte; 0 if none came after it.</summary>
    public double BytesPerSecondSince(long instant)
    {
        var held = _steps.LastOrDefault(s => s.At <= instant).Bytes;
        return _steps.Count > 0 && _steps[^1].At > instant ? (Bytes - held) * 1e9 / (_steps[^1].At - instant) : 0;
    }

    /// <summary>Seconds from the first byte seen to the last.</summary>
    public double Seconds => _steps.Count == 0 ? 0 : (_steps[^1].At - _steps[0].At) / 1e9;
}
