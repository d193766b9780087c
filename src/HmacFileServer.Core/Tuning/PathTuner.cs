using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Networks.Quality;

namespace HmacFileServer.Core.Tuning;

/// <summary>
/// Buffer and chunk of the path in use, within the bounds of its kind of network: moved by bandwidth x delay and by stability, halved
/// on loss, regrown with what is acknowledged. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A path begins with the largest sizes of its type: too large costs memory for a moment, too small costs rate. Sizes are not rounded
/// to pages; pools do that.
/// </remarks>
public sealed class PathTuner
{
    /// <summary>Smallest chunk: below this a request's headers and its round trip weigh more than its body.</summary>
    public const int LeastChunk = 64 * 1024;

    /// <summary>A chunk is about this much of the path's rate: what a cut may cost.</summary>
    private static readonly TimeSpan ChunkTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Twice bandwidth x delay: one in flight, one ready for when it is acknowledged.</summary>
    private const double BufferRoundTrips = 2;

    /// <summary>
    /// What may wait unsent in the kernel: ten milliseconds of the rate, longer than a writer needs to come back. Whatever waits there is lost to a path
    /// that dies.
    /// </summary>
    private static readonly TimeSpan NotSentTime = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes that may wait unsent where nothing is known of the path's rate: a millisecond of 1 Gbit/s.</summary>
    private const int NotSentUnknown = 128 * 1024;

    private const int NotSentLeast = 16 * 1024;

    private NetworkInterfaceOptions _bounds;
    private double _rate;
    private double _bufferAim;
    private double _chunkAim;
    private double _allowance = 1;

    public PathTuner(NetworkInterfaceOptions bounds)
    {
        _bounds = bounds;
        SwitchTo(bounds, null);
    }

    /// <summary>Bytes, from `min_buffer_size` to `buffer_size`.</summary>
    public int Buffer => (int)Math.Clamp(_bufferAim * _allowance, _bounds.MinBufferSize, _bounds.BufferSize);

    /// <summary>Bytes, from <see cref="LeastChunk"/> to `chunk_size`.</summary>
    public int Chunk => (int)Math.Clamp(_chunkAim * _allowance, Math.Min(LeastChunk, _bounds.ChunkSize), _bounds.ChunkSize);

    /// <summary>Bytes that may wait unsent in the kernel (TCP_NOTSENT_LOWAT), in steps of a factor of two; never more than <see cref="Buffer"/>.</summary>
    public int NotSent
    {
        get
        {
            var aim = _rate > 0 ? _rate * NotSentTime.TotalSeconds : NotSentUnknown;
            return Math.Min(Buffer, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(aim, NotSentLeast, _bounds.BufferSize)));
        }
    }

    /// <summary>Another path carries the bytes: its type's sizes at once, moved by what is already known of it.</summary>
    public void SwitchTo(NetworkInterfaceOptions bounds, PathQualitySnapshot? known)
    {
        _bounds = bounds;
        _allowance = 1;
        _bufferAim = bounds.BufferSize;
        _chunkAim = bounds.ChunkSize;
        _rate = 0;
        if (known is { } quality)
            Follow(quality);
    }

    /// <summary>Moves the sizes to what the path can use. Nothing changes before a throughput has been measured.</summary>
    public void Follow(in PathQualitySnapshot quality)
    {
        if (quality.Throughput <= 0 || quality.MinRtt is not { } delay)
            return;
        _rate = quality.Throughput;
        // The minimum round trip, not the present one: that contains our own queue, which would feed itself.
        _bufferAim = BufferRoundTrips * quality.Throughput * delay.TotalSeconds * quality.Stability;
        _chunkAim = quality.Throughput * ChunkTime.TotalSeconds * quality.Stability;
    }

    /// <summary>A chunk was cut, or bytes of it were lost: half of the present sizes, down to the bounds.</summary>
    public void Lost()
    {
        // Aims beyond the bounds would swallow the halving.
        _bufferAim = Math.Min(_bufferAim, _bounds.BufferSize);
        _chunkAim = Math.Min(_chunkAim, _bounds.ChunkSize);
        _allowance = Math.Max(_allowance / 2, 1.0 / 1024);
    }

    /// <summary>A chunk was acknowledged: a quarter more is allowed, so that a loss is made good after four chunks.</summary>
    public void Acknowledged() => _allowance = Math.Min(1, _allowance * 1.25);
}
