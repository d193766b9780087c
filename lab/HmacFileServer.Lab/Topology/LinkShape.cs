using System.Globalization;

namespace HmacFileServer.Lab.Topology;

/// <summary>How one direction of a link treats frames. Immutable; change it with <see cref="With"/>.</summary>
public sealed record LinkShape
{
    /// <summary>Bits per second on the wire, 14-byte Ethernet headers counted; 0 is as fast as the relay can.</summary>
    public long BitsPerSecond { get; init; } = 100_000_000;

    /// <summary>Time from the last bit's departure to its arrival; 0 to 10 s.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The delay varies by as much to either side, redrawn every 10 ms; frames are never reordered. 0 to 10 s.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Frames lost at random after they used the link's time, percent; 0 to 100.</summary>
    public double LossPercent { get; init; }

    /// <summary>
    /// Bytes that may wait for the transmitter, the frame being sent included; what comes beyond is dropped (drop-tail).
    /// Null: as many as the link carries in 100 ms, and at least 64 KiB.
    /// </summary>
    public long? QueueBytes { get; init; }

    /// <summary><see cref="QueueBytes"/>, or its default for this rate; bytes.</summary>
    public long EffectiveQueueBytes => QueueBytes ?? Math.Max(65536, BytesIn(TimeSpan.FromMilliseconds(100)));

    /// <summary>Bytes that the link carries in a time, and at most 256 MiB.</summary>
    internal long BytesIn(TimeSpan time) => (long)Math.Min(256 << 20, (BitsPerSecond == 0 ? 1e10 : BitsPerSecond) / 8 * time.TotalSeconds);

    /// <summary>Nanoseconds that the transmitter is busy with so many bytes.</summary>
    internal long SerialisationTime(int bytes) => BitsPerSecond == 0 ? 0 : (long)(bytes * 8e9 / BitsPerSecond);

    /// <summary>This shape with changes, as text: <c>rate=20mbit,delay=30ms,jitter=5ms,loss=1.5%,queue=100ms</c>.</summary>
    /// <remarks>
    /// A queue in ms is turned into bytes at the rate of the same text, or at the present one; a later change of the rate alone
    /// leaves its bytes, as it does in a real modem.
    /// </remarks>
    /// <exception cref="FormatException">What is wrong with the text, and what would be right.</exception>
    public LinkShape With(string changes)
    {
        var shape = this;
        TimeSpan? queueTime = null;
        foreach (var change in changes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (key, value) = change.Split('=', 2) is [var k, var v] ? (k, v) : throw new FormatException($"'{change}' is not key=value");
            switch (key)
            {
                case "rate": shape = shape with { BitsPerSecond = Quantity.ParseRate(value) }; break;
                case "delay": shape = shape with { Delay = Quantity.ParseTime(value) }; break;
                case "jitter": shape = shape with { Jitter = Quantity.ParseTime(value) }; break;
                case "loss": shape = shape with { LossPercent = Quantity.ParsePercent(value) }; break;
                case "queue" when value.EndsWith('s'): queueTime = Quantity.ParseTime(value); break;
                case "queue": (shape, queueTime) = (shape with { QueueBytes = Quantity.ParseBytes(value) }, null); break;
                default: throw new FormatException($"'{key}' is not one of rate, delay, jitter, loss, queue");
            }
        }
        return queueTime is { } time ? shape with { QueueBytes = Math.Max(PacketFrame.Largest, shape.BytesIn(time)) } : shape;
    }

    /// <summary>The shape as text that <see cref="With"/> reads, exact to the nanosecond and bit.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"rate={(BitsPerSecond == 0 ? "unlimited" : $"{BitsPerSecond}bit")},delay={Delay.Ticks * 100}ns,jitter={Jitter.Ticks * 100}ns,loss={LossPercent:R}%,queue={EffectiveQueueBytes}b");
}
