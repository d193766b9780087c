namespace HmacFileServer.Testing.Kills;

/// <summary>
/// Kills the server at an instant that is chosen beforehand: after so many bytes were handed over, after so many answers, or after a time. Used
/// by several threads.
/// </summary>
internal sealed class KillTrigger
{
    private readonly Action _kill;
    private readonly long _afterBytes = long.MaxValue;
    private readonly int _afterAnswers = int.MaxValue;
    private readonly int _spins;
    private long _bytes;
    private int _answers;
    private int _killed;

    public KillTrigger(Random random, Action kill)
    {
        _kill = kill;
        // A little later than the event itself, so that what the server does next is cut as well: up to some 0.5 ms.
        _spins = random.Next(4) == 0 ? 0 : random.Next(20_000);
        switch (random.Next(3))
        {
            case 0:
                _afterBytes = (long)Math.Pow(2, random.NextDouble() * 22); // 1 byte to 4 MB, small numbers as often as large ones
                break;
            case 1:
                _afterAnswers = random.Next(1, 60);
                break;
            default:
                Delay = TimeSpan.FromMilliseconds(random.NextDouble() * 150);
                break;
        }
    }

    /// <summary>After how long to kill, whatever happens; null if something must happen first.</summary>
    public TimeSpan? Delay { get; }

    public bool IsKilled => Volatile.Read(ref _killed) != 0;

    public void Sent(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) >= _afterBytes)
            Kill();
    }

    public void Answered()
    {
        if (Interlocked.Increment(ref _answers) >= _afterAnswers)
            Kill();
    }

    public void Kill()
    {
        if (Interlocked.Exchange(ref _killed, 1) != 0)
            return;
        Thread.SpinWait(_spins);
        _kill();
    }
}
