using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Tuning;

/// <summary>
/// Tells whether a connection loses segments for another reason than a full queue: radio, a bad cable. A congestion control that takes every loss
/// for congestion (cubic, reno) then sends a small part of what the path could carry: with 5 % loss and a round trip of 24 ms, 2.5 of 50 Mbit/s
/// (`hfs-lab run aggregate-loss --congestion cubic`, before this existed). Pure; not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A queue that overflows is a full queue: its losses come with a round trip far above the smallest one, and in bursts that are rounds apart. So
/// the evidence is two windows of segments in a row, each with losses, and a round trip that stayed near its minimum meanwhile.
/// </remarks>
public sealed class RandomLoss
{
    /// <summary>Segments of one window. At 2 % loss, six of ten windows have one; at 5 %, nine of ten.</summary>
    private const uint Window = 48;

    /// <summary>Of the segments of both windows.</summary>
    private const double LeastShare = 0.02;

    /// <summary>How far a round trip may be from the smallest for the queue to count as not full.</summary>
    private const double RoundTripFactor = 1.5;

    private static readonly TimeSpan RoundTripMargin = TimeSpan.FromMilliseconds(5);

    private uint _sent;
    private uint _lost;
    private uint _lostBefore;
    private bool _queued;

    /// <summary>True once there is evidence; it stays so for the connection's life.</summary>
    public bool Seen { get; private set; }

    /// <summary>Takes in a sample of the connection.</summary>
    public void Observe(in TcpSample sample)
    {
        if (Seen || sample.DataSegmentsSent < _sent)
            return;
        if (sample.MinRtt > TimeSpan.Zero && sample.Rtt > (sample.MinRtt * RoundTripFactor) + RoundTripMargin)
            _queued = true;
        if (sample.DataSegmentsSent - _sent < Window)
            return;
        var sent = sample.DataSegmentsSent - _sent;
        var lost = sample.TotalRetransmits - _lost;
        Seen = !_queued && lost > 0 && _lostBefore > 0 && lost + _lostBefore >= LeastShare * (sent + Window);
        (_sent, _lost, _lostBefore, _queued) = (sample.DataSegmentsSent, sample.TotalRetransmits, _queued ? 0 : lost, false);
    }
}
