using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform.Linux.Rtnetlink;

/// <summary>
/// Follows the kernel's announcements on a thread of its own, blocked in poll until there is one: from the announcement to the
/// callback there is one wake-up of that thread, and neither a timer nor the thread pool.
/// </summary>
internal sealed class LinuxNetworkMonitor : INetworkMonitor
{
    // An answer to a dump is in the queue when the request returns; one that stays away so long was lost.
    private const int AnswerTimeoutMilliseconds = 1000;
    private const int MostLostAnswers = 3;

    // Under a storm of announcements what is known is published this often, rather than never.
    private const int MostDatagramsAtOnce = 256;
    private const int MostRoundsToSettle = 64;

    // The kernel (net/core/link_watch.c) announces lost carriers at most once a second for the whole machine, other namespaces
    // included, so that the second of two is up to a second late (1022 ms measured; 5 ms with these checks). Asked for one
    // link, it tells at once. So links are asked for after a change, for as long as others may be held back, and all the time
    // while somebody needs it. 5 ms: a quarter of the 20 ms in which a pulled cable has to be acted on; with five interfaces it
    // takes 1 % of a core.
    private const int CarrierCheckMilliseconds = 5;
    private const int ChecksAfterChange = 240;
    private const int MostLinksChecked = 32;

    private readonly RtnetlinkSocket _socket;
    private readonly CarrierProbe _carriers = new(); // made by the starting thread, in its namespace
    private readonly RtnetlinkSession _session;
    private readonly SnapshotBuilder _builder;
    private readonly SnapshotPublisher _publisher;
    private readonly Action<Exception>? _onFault;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Attention _attention;
    private volatile bool _attentive;
    private volatile bool _stopping;
    private int _checksLeft; // the monitor's thread alone
    private int _disposed;

    private LinuxNetworkMonitor(RtnetlinkSocket socket, MonitorOptions options)
    {
        _socket = socket;
        _session = new RtnetlinkSession(socket.PortId);
        _builder = new SnapshotBuilder(options, new SysfsInterfaces(SysfsInterfaces.SystemRoot));
        _publisher = new SnapshotPublisher(options.OnFault);
        _onFault = options.OnFault;
        _attention = new Attention(attentive =>
        {
            _attentive = attentive;
            if (!_stopping)
                _socket.Wake();
        });
    }

    public IReadOnlyList<InterfaceSnapshot> Current => _publisher.Current;

    /// <exception cref="NetlinkException">The kernel gives no routing socket, or no answers on it.</exception>
    public static LinuxNetworkMonitor Start(MonitorOptions options)
    {
        var socket = RtnetlinkSocket.Open();
        var monitor = new LinuxNetworkMonitor(socket, options);
        try
        {
            monitor.Settle();
            if (monitor._session.Refusal is { } refusal)
                throw refusal;
            if (!monitor._session.IsSettled)
                throw new NetlinkException("the tables change faster than they can be read");
            monitor.Publish();
        }
        catch (NetlinkException)
        {
            socket.Dispose();
            monitor._carriers.Dispose();
            throw;
        }
        new Thread(monitor.Run) { IsBackground = true, Name = "network monitor" }.Start();
        return monitor;
    }

    public IDisposable Subscribe(Action<IReadOnlyList<InterfaceSnapshot>> onChange) => _publisher.Subscribe(onChange);

    public IDisposable Attend() => _attention.Claim();

    /// <summary>Must not be awaited inside a callback: it waits for the callback's end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stopping = true;
            _socket.Wake();
            await _ended.Task.ConfigureAwait(false);
            _socket.Dispose();
            _carriers.Dispose();
        }
        await _ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                _socket.Wait(NextTimeout());
                if (_stopping)
                    return;
                if (!Drain())
                    CheckCarriers();
                Settle();
                Publish();
            }
        }
        catch (NetlinkException fatal)
        {
            _onFault?.Invoke(fatal);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private int NextTimeout()
    {
        if (!_session.IsSettled)
            return _session.AwaitsAnswer ? AnswerTimeoutMilliseconds : 0;
        return _attentive || _checksLeft > 0 ? CarrierCheckMilliseconds : Timeout.Infinite;
    }

    /// <summary>Looks after each link that is shown as carrying; what it finds lost is in the queue when this returns.</summary>
    private void CheckCarriers()
    {
        if (!_attentive && _checksLeft == 0)
            return;
        _checksLeft = Math.Max(0, _checksLeft - 1);
        Span<byte> request = stackalloc byte[RtnetlinkRequest.MaxLength];
        var left = MostLinksChecked;
        foreach (var shown in _publisher.Current)
        {
            if (!shown.IsUp || !shown.HasCarrier || left-- <= 0 || _carriers.HasCarrier(shown.Name) == true)
                continue;
            _socket.Send(request[..RtnetlinkSession.WriteCheck(request, shown.Index)]);
        }
        Drain();
    }

    /// <summary>Takes over what has arrived; false if nothing had.</summary>
    private bool Drain()
    {
        for (var taken = 0; taken < MostDatagramsAtOnce; taken++)
        {
            switch (_socket.TryReceive(out var datagram))
            {
                case ReceiveOutcome.Empty:
                    return taken > 0;
                case ReceiveOutcome.Overflow:
                    _onFault?.Invoke(new NetlinkException("announcements were lost", Errno.ENOBUFS));
                    _session.Lost();
                    break;
                default:
                    _session.Receive(datagram);
                    break;
            }
        }
        return true;
    }

    /// <summary>Asks until nothing is left to ask, or for so many rounds.</summary>
    /// <exception cref="NetlinkException">The kernel does not answer.</exception>
    private void Settle()
    {
        Span<byte> request = stackalloc byte[RtnetlinkRequest.MaxLength];
        var lost = 0;
        for (var round = 0; round < MostRoundsToSettle && !_session.IsSettled; round++)
        {
            if (_session.TryNextRequest(request, out var length))
                _socket.Send(request[..length]);
            _socket.Wait(AnswerTimeoutMilliseconds);
            if (_stopping)
                return;
            if (Drain() || !_session.AwaitsAnswer)
                continue;
            if (++lost > MostLostAnswers)
                throw new NetlinkException("the kernel does not answer on its routing socket");
            _session.Lost();
        }
    }

    private void Publish()
    {
        if (_session.Refusal is { } refusal)
        {
            _session.Refusal = null;
            _onFault?.Invoke(refusal);
        }
        if (_session.Tables.CarrierChanged)
        {
            _session.Tables.CarrierChanged = false;
            _checksLeft = ChecksAfterChange;
        }
        if (!_session.Tables.Changed)
            return;
        _session.Tables.Changed = false;
        _publisher.Publish(_builder.Build(_session.Tables));
    }
}
