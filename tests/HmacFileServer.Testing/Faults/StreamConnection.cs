using HmacFileServer.Core.Networks;

namespace HmacFileServer.Testing.Faults;

/// <summary>
/// One TCP connection in virtual time, both ends of it: a stream of requests up, answers down, in order, sent again by the kernel after an outage.
/// Positions in the stream take the place of bytes.
/// </summary>
public sealed class StreamConnection
{
    private const int Mss = 1448;

    /// <summary>Unsent bytes that the client's kernel takes.</summary>
    private const long NotSent = 128 * 1024;

    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostTimeout = TimeSpan.FromSeconds(8);

    private readonly RangeServer _server;
    private readonly Queue<(TimeSpan At, long Position)> _up = new();
    private readonly Queue<(TimeSpan At, long Position)> _acks = new();
    private readonly List<SentRequest> _atServer = [];
    private long _sent;
    private long _arrived;
    private TimeSpan _lastAck;
    private TimeSpan? _outageSince;
    private TimeSpan _resume;
    private TimeSpan? _resetAt;
    private uint _lost;

    public StreamConnection(FaultyLink link, RangeServer server, TimeSpan now)
    {
        (Link, _server, _lastAck) = (link, server, now);
        server.Accept(this);
    }

    public FaultyLink Link { get; }

    /// <summary>Requests without an answer, in the order of the stream; the client's view.</summary>
    public List<SentRequest> Pending { get; } = [];

    /// <summary>Answers on their way.</summary>
    public Queue<SentAnswer> Answers { get; } = new();

    /// <summary>Bytes that the client's kernel took.</summary>
    public long Written { get; private set; }

    public long Acked { get; private set; }

    /// <summary>The client has ended it; what is on the wire may still arrive.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>The server has ended it, and takes no more.</summary>
    public bool IsEndedByServer { get; private set; }

    /// <summary>The client's kernel has learned of that.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Bytes that the socket takes now.</summary>
    public long Room => Math.Max(0, NotSent - (Written - _sent));

    /// <summary>Both ends have let go, and nothing is on the wire.</summary>
    public bool IsOver => IsAborted && _up.Count == 0;

    public void Begin(SentRequest request)
    {
        Pending.Add(request);
        _atServer.Add(request);
        Written += SentRequest.Head;
    }

    public void Write(long bytes) => Written += bytes;

    public void Abort() => IsAborted = true;

    /// <summary>The server ends it: a reset goes down, if the link carries it.</summary>
    public void EndByServer(TimeSpan now)
    {
        if (IsEndedByServer)
            return;
        (IsEndedByServer, _resetAt) = (true, now + Link.Delay);
    }

    public TcpSample Sample(TimeSpan now)
    {
        var unacked = Math.Max(0, _sent - Acked);
        var rtt = (2 * Link.Delay) + (unacked > 0 ? Link.Queue : TimeSpan.Zero);
        return new TcpSample
        {
            State = 1,
            Rtt = rtt,
            MinRtt = 2 * Link.FullDelay,
            RttVariation = rtt / 10,
            MaximumSegmentSize = Mss,
            UnackedSegments = (uint)((unacked + Mss - 1) / Mss),
            BytesAcked = (ulong)Acked + 1,
            DataSegmentsSent = (uint)(_sent / Mss) + _lost,
            TotalRetransmits = _lost,
            SinceLastAck = now - _lastAck,
            SendQueueBytes = (int)(Written - Acked),
        };
    }

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan step, TimeSpan now)
    {
        if (_resetAt is { } reset && reset <= now && Link.CarriesDown)
            IsReset = true;
        if (!IsAborted && !IsReset)
            Send(step, now);
        while (_up.Count > 0 && _up.Peek().At <= now)
        {
            var position = _up.Dequeue().Position;
            if (Link.CarriesUp)
                Arrive(position, now);
            else
                Lose(now);
        }
        Acknowledge(now);
    }

    /// <summary>The next answer that is here; null while there is none.</summary>
    public SentAnswer? TakeAnswer(TimeSpan now)
    {
        if (IsReset || !Link.CarriesDown || Answers.Count == 0 || Answers.Peek().At > now)
            return null;
        var answer = Answers.Dequeue();
        Pending.Remove(answer.Request);
        return answer;
    }

    private void Send(TimeSpan step, TimeSpan now)
    {
        if (!Link.CarriesUp || !Link.CarriesDown)
        {
            _outageSince ??= now;
            // What is sent into an outage is lost without a word.
            if (!Link.CarriesUp)
                return;
        }
        else if (_outageSince is { } since)
        {
            // The kernel tries again at growing intervals: after an outage it is silent for up to as long again.
            var pause = now - since;
            (_outageSince, _resume) = (null, now + (pause < LeastTimeout ? LeastTimeout : pause > MostTimeout ? MostTimeout : pause) / 2);
        }
        if (now < _resume)
            return;
        var window = (long)(Link.Rate * ((2 * Link.Delay) + (2 * Link.Queue)).TotalSeconds) + (16 * Mss);
        var bytes = Math.Min(Math.Min(Written - _sent, (long)(Link.Rate * step.TotalSeconds)), Acked + window - _sent);
        if (bytes <= 0)
            return;
        _sent += bytes;
        _up.Enqueue((now + Link.Delay + Link.Queue, _sent));
    }

    private void Lose(TimeSpan now)
    {
        _lost += (uint)((_sent - _arrived) / Mss);
        _sent = _arrived;
        _up.Clear();
        _outageSince ??= now;
    }

    private void Arrive(long position, TimeSpan now)
    {
        if (IsEndedByServer || position <= _arrived)
            return;
        var from = _arrived;
        _arrived = position;
        foreach (var request in _atServer.TakeWhile(r => r.Begins < position).ToList())
        {
            if (IsEndedByServer)
                return;
            if (request.BodyBegins > position)
                break;
            if (request.Segment is { } segment)
            {
                if (from < request.BodyBegins)
                    _server.Begin(this, segment.Range, now);
                var start = segment.Range.Start + Math.Max(0, from - request.BodyBegins);
                var end = segment.Range.Start + Math.Min(segment.Range.Length, position - request.BodyBegins);
                _server.Receive(this, segment.Range with { Start = start, End = end });
            }
            if (request.Ends > position)
                break;
            _atServer.Remove(request);
            if (request.Segment is not null)
                _server.Finish(this);
            Answers.Enqueue(new SentAnswer(request, _server.Received.Clone(), now + Link.Delay));
        }
    }

    private void Acknowledge(TimeSpan now)
    {
        while (_acks.Count > 0 && _acks.Peek().At <= now)
        {
            var (_, position) = _acks.Dequeue();
            if (!Link.CarriesDown || IsEndedByServer || position <= Acked)
                continue;
            (Acked, _lastAck) = (position, now);
        }
        if (_arrived > Acked && Link.CarriesDown && (_acks.Count == 0 || _acks.Last().Position < _arrived))
            _acks.Enqueue((now + Link.Delay, _arrived));
    }
}
