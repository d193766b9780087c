namespace HmacFileServer.Core.Networks;

/// <summary>What the kernel says of one TCP connection (Linux: struct tcp_info). Times are durations, not instants.</summary>
public readonly record struct TcpSample
{
    /// <summary>The connection's state as the kernel numbers it; 1 is ESTABLISHED.</summary>
    public byte State { get; init; }

    /// <summary>Smoothed round-trip time (RFC 6298).</summary>
    public TimeSpan Rtt { get; init; }

    /// <summary>Variation of the round-trip time.</summary>
    public TimeSpan RttVariation { get; init; }

    /// <summary>Smallest round-trip time in the kernel's window; zero where there is none yet.</summary>
    public TimeSpan MinRtt { get; init; }

    /// <summary>The present retransmission timeout.</summary>
    public TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>Segments sent and not yet acknowledged.</summary>
    public uint UnackedSegments { get; init; }

    /// <summary>Retransmissions in a row without an answer (tcpi_retransmits); zero while acknowledgements arrive.</summary>
    public byte ConsecutiveRetransmits { get; init; }

    /// <summary>Segments retransmitted over the connection's life.</summary>
    public uint TotalRetransmits { get; init; }

    /// <summary>Data segments sent over the connection's life, retransmissions included.</summary>
    public uint DataSegmentsSent { get; init; }

    /// <summary>Time since the last acknowledgement arrived.</summary>
    public TimeSpan SinceLastAck { get; init; }

    /// <summary>Time since data was last sent.</summary>
    public TimeSpan SinceLastSend { get; init; }

    /// <summary>Bytes acknowledged by the peer's kernel over the connection's life (RFC 4898 tcpEStatsAppHCThruOctetsAcked).</summary>
    public ulong BytesAcked { get; init; }

    /// <summary>Bytes received over the connection's life.</summary>
    public ulong BytesReceived { get; init; }

    /// <summary>Bytes in the send queue that were never sent.</summary>
    public uint NotSentBytes { get; init; }

    /// <summary>The most recent delivery rate, in bytes per second.</summary>
    public ulong DeliveryRate { get; init; }

    /// <summary>The delivery rate was limited by the application, not by the network.</summary>
    public bool DeliveryRateAppLimited { get; init; }

    /// <summary>Congestion window, in segments.</summary>
    public uint CongestionWindow { get; init; }

    /// <summary>Sender's maximum segment size, in bytes.</summary>
    public uint MaximumSegmentSize { get; init; }

    /// <summary>Bytes in the socket's send queue, sent and unacknowledged or never sent (SIOCOUTQ).</summary>
    public int SendQueueBytes { get; init; }
}
