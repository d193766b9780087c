using System.Runtime.ExceptionServices;
using HmacFileServer.Lab.Native;

namespace HmacFileServer.Lab.Relay;

/// <summary>
/// The relay's one thread: takes frames in, sends those that are due, sleeps. Nothing is allocated while frames flow.
/// </summary>
internal sealed unsafe class RelayLoop : IDisposable
{
    // Rounds are at least so far apart: at 170 Mbit/s in full frames one round then moves about three, and a round costs about
    // 10 us. Frames go up to half of it early or late.
    private const long Quantum = 200_000; // ns

    // Never asleep for longer while frames come, so that the receive ring (200 ms of a link at 100 Mbit/s) cannot fill.
    private const long LongestSleep = 2_000_000; // ns

    private readonly RelayLink[] _links;
    private readonly Thread _thread;
    private readonly int _wake = NativeError.Check(Libc.EventDescriptor(0, 0x800 | 0x80000), "make an event descriptor");
    private readonly PollEntry[] _entries; // the wake event first, then every socket
    private Command? _command; // handed over by Interlocked.Exchange; one at a time
    private ManualResetEventSlim? _started;
    private volatile bool _stopped;

    public RelayLoop(IEnumerable<RelayLink> links)
    {
        _links = [.. links];
        _entries = [new PollEntry { Descriptor = _wake, Events = 1 }, .. _links.SelectMany(l => new[] { l.Client.PollEntry, l.Server.PollEntry })];
        _thread = new Thread(Run) { Name = "relay", IsBackground = true };
    }

    /// <summary>What the scheduler granted; known after <see cref="Start"/>.</summary>
    public string Scheduling { get; private set; } = "";

    public void Start()
    {
        using var started = new ManualResetEventSlim();
        _started = started;
        _thread.Start();
        started.Wait();
        _started = null;
    }

    /// <summary>Runs an action between two rounds, on the relay's thread, and returns when it is done.</summary>
    /// <param name="action">Gets the time of the round, monotonic ns.</param>
    /// <returns>That time.</returns>
    /// <remarks>Called by one thread at a time.</remarks>
    public long Invoke(Action<long> action)
    {
        using var command = new Command(action);
        Volatile.Write(ref _command, command);
        Signal();
        command.Done.Wait();
        command.Failure?.Throw();
        return command.At;
    }

    public void Dispose()
    {
        _stopped = true;
        Signal();
        if (_thread.ThreadState != ThreadState.Unstarted)
            _thread.Join();
        _ = Libc.Close(_wake);
    }

    private void Run()
    {
        Scheduling = RealTimeThread.Claim();
        _started?.Set();
        while (!_stopped)
        {
            var now = MonotonicClock.Now;
            var toMonotonic = now - MonotonicClock.RealTime;
            foreach (var link in _links)
            {
                link.Up.Receive(now, toMonotonic);
                link.Down.Receive(now, toMonotonic);
            }
            var next = long.MaxValue;
            var passage = long.MaxValue;
            foreach (var link in _links)
            {
                now = MonotonicClock.Now;
                link.Up.Release(now + (Quantum / 2), now);
                link.Down.Release(now + (Quantum / 2), now);
                next = Math.Min(next, Math.Min(link.Up.NextDue, link.Down.NextDue));
                passage = Math.Min(passage, Math.Min(link.Up.ShortestPassage, link.Down.ShortestPassage));
            }
            Obey(now);
            // While frames are inside, only time and commands wake: new ones bear the instant of their arrival, and can wait
            // about as long as the fastest link would delay them. With nothing inside, the first frame wakes.
            Wait(next == long.MaxValue ? null : Math.Clamp(next - now - (Quantum / 2), Quantum, Math.Clamp(passage, Quantum, LongestSleep)));
        }
    }

    private void Obey(long now)
    {
        var command = Interlocked.Exchange(ref _command, null);
        if (command is null)
            return;
        command.At = now;
        try
        {
            command.Action(now);
        }
        catch (Exception failure)
        {
            command.Failure = ExceptionDispatchInfo.Capture(failure);
        }
        command.Done.Set();
    }

    private void Wait(long? nanoseconds)
    {
        fixed (PollEntry* entries = _entries)
        {
            var timeout = new TimeSpecification { Seconds = 0, Nanoseconds = nanoseconds ?? 0 };
            if (nanoseconds is not null)
            {
                if (Libc.Poll(entries, 1, &timeout, null) > 0)
                    ClearSignal();
                return;
            }
            if (Libc.Poll(entries, (nuint)_entries.Length, null, null) <= 0)
                return;
            if (entries[0].Returned != 0)
                ClearSignal();
            for (var i = 0; i < _links.Length; i++)
            {
                ClearError(_links[i].Client, entries[1 + (2 * i)]);
                ClearError(_links[i].Server, entries[2 + (2 * i)]);
            }
        }
    }

    private static void ClearError(PacketSocket socket, PollEntry entry)
    {
        const short failed = 8; // POLLERR
        if ((entry.Returned & failed) != 0)
            socket.ClearError();
    }

    private void ClearSignal()
    {
        long signals;
        _ = Libc.Read(_wake, &signals, sizeof(long));
    }

    private void Signal()
    {
        long one = 1;
        _ = Libc.Write(_wake, &one, sizeof(long));
    }

    private sealed class Command(Action<long> action) : IDisposable
    {
        public Action<long> Action { get; } = action;

        public ManualResetEventSlim Done { get; } = new();

        public ExceptionDispatchInfo? Failure { get; set; }

        public long At { get; set; }

        public void Dispose() => Done.Dispose();
    }
}
