using System.Text;

namespace HmacFileServer.Fuzz;

/// <summary>What a run found.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Seed">Of the inputs.</param>
/// <param name="Inputs">How many were read.</param>
/// <param name="Accepted">How many of them were right.</param>
/// <param name="SlowestMilliseconds">The longest time that one input took, waiting for the processor included.</param>
/// <param name="Seconds">All together.</param>
internal sealed record FuzzResult(string Target, int Seed, long Inputs, long Accepted, double SlowestMilliseconds, double Seconds)
{
    /// <summary>The first input that ended in an exception, as base64; null if none did.</summary>
    public string? FailingInput { get; init; }

    /// <summary>What it ended in.</summary>
    public string? Failure { get; init; }
}

/// <summary>Feeds one target with inputs and watches how each ends.</summary>
internal sealed class FuzzRun(FuzzTarget target, int seed)
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20); // milliseconds are usual; the rest is a busy machine

    private byte[] _current = [];
    private long _number;

    /// <summary>Runs to the end or to the first failure. An input that hangs ends the process, with the input on standard error.</summary>
    public FuzzResult Run(long count)
    {
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        var mutator = new Mutator(target, seed);
        using var watch = clock.CreateTimer(new Watch(this).Look, null, HangLimit, HangLimit);
        var result = new FuzzResult(target.Name, seed, 0, 0, 0, 0);
        var slowest = TimeSpan.Zero;
        long accepted = 0;
        long number = 0;
        while (number < count)
        {
            var input = number < target.Seeds.Count ? target.Seeds[(int)number] : mutator.Next();
            Volatile.Write(ref _current, input);
            Volatile.Write(ref _number, ++number);
            var before = clock.GetTimestamp();
            try
            {
                accepted += target.Read(input) ? 1 : 0;
            }
            catch (Exception error)
            {
                result = result with { FailingInput = Convert.ToBase64String(input), Failure = $"{error}\nas text: {Encoding.UTF8.GetString(input)}" };
                break;
            }
            var took = clock.GetElapsedTime(before);
            slowest = took > slowest ? took : slowest;
        }
        return result with { Inputs = number, Accepted = accepted, SlowestMilliseconds = slowest.TotalMilliseconds, Seconds = clock.GetElapsedTime(begun).TotalSeconds };
    }

    private sealed class Watch(FuzzRun run)
    {
        private long _seen = -1;

        public void Look(object? state)
        {
            var number = Volatile.Read(ref run._number);
            if (number == _seen)
            {
                Console.Error.WriteLine($"Input {number} hangs: {Convert.ToBase64String(Volatile.Read(ref run._current))}");
                Environment.Exit(1);
            }
            _seen = number;
        }
    }
}
