using System.Threading.Channels;
using HmacFileServer.Platform.Routes;
using HmacFileServer.Server.Http;

namespace HmacFileServer.Server.Networks.Routes;

/// <summary>
/// `manage_routes`: the system's default routes follow the preferred interface. Each change is in the journal before it is made; all are taken back at the end,
/// and at the next start what a process that was killed has left, also if the switch is off by then.
/// </summary>
internal sealed class RouteKeeper(UplinkWatch uplinks, ServerSettings settings, Func<RouteTable> open, Func<bool> isPermitted, ILogger<RouteKeeper> logger) : IHostedService, IDisposable
{
    // One sign for any number of changes that were not looked at yet.
    private readonly Channel<bool> _signs = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<RouteChange> _changes = []; // in force; the loop's alone while it runs
    private (string?, int) _told;
    private RouteJournal? _journal;
    private RouteTable? _table;
    private Task _running = Task.CompletedTask;

    private bool IsOn => settings.NetworkResilience is { Enabled: true, MultiInterfaceEnabled: true, ManageRoutes: true };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.RouteJournalPath is not { } path)
            return Task.CompletedTask;
        _journal = new RouteJournal(path);
        if (!IsOn && !_journal.Exists)
            return Task.CompletedTask;
        if (!isPermitted())
        {
            RouteLog.NotPermitted(logger);
            return Task.CompletedTask;
        }
        try
        {
            _table = open();
            _changes.AddRange(_journal.Read());
            if (_changes.Count > 0)
                RouteLog.LeftBehind(logger, _changes.Count);
            TakeBackAll();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            RouteLog.Failed(logger, ex.Message);
            return Task.CompletedTask;
        }
        if (!IsOn)
            return Task.CompletedTask;
        uplinks.Looked += Sign;
        Sign();
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        uplinks.Looked -= Sign;
        _signs.Writer.TryComplete();
        await _running;
        try
        {
            if (_table is not null)
                TakeBackAll();
        }
        catch (IOException ex)
        {
            RouteLog.Failed(logger, ex.Message);
        }
    }

    public void Dispose() => _table?.Dispose();

    private void Sign() => _signs.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        await foreach (var _ in _signs.Reader.ReadAllAsync())
        {
            try
            {
                Follow();
            }
            catch (RouteException ex) when (ex.Fault == RouteFault.NotPermitted)
            {
                RouteLog.NotPermitted(logger);
                return;
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // The next change of the network is another chance.
                RouteLog.Failed(logger, ex.Message);
            }
        }
    }

    private void Follow()
    {
        var preferred = uplinks.Uplinks.FirstOrDefault(u => u.IsActive);
        var routes = _table!.ReadDefaults();
        var wanted = RoutePlan.Wanted(routes, _changes, preferred?.Index);
        // What is not wanted any more goes first: two routes of one metric cannot stand beside each other.
        foreach (var change in _changes.Where(c => !wanted.Contains(c) || !routes.Any(c.Ours.IsSamePlace)).ToList())
            TakeBack(change);
        foreach (var change in wanted.Where(w => !_changes.Contains(w)))
            Make(change);
        var state = (preferred?.Name, _changes.Count);
        if (state != _told)
            RouteLog.Followed(logger, preferred?.Name ?? "none", _changes.Count);
        _told = state;
    }

    private void Make(RouteChange change)
    {
        _changes.Add(change);
        _journal!.Write(_changes);
        _table!.Add(change.Ours);
        if (change.IsMove)
            _table.Delete(change.Original);
        RouteLog.Made(logger, change.Ours.ToString(), change.IsMove ? $"in place of metric {change.Original.Metric}" : $"beside metric {change.Original.Metric}");
    }

    private void TakeBackAll()
    {
        foreach (var change in _changes.AsEnumerable().Reverse().ToList())
            TakeBack(change);
    }

    /// <summary>Takes a change back, whatever of it was made. Where our route is gone, somebody else has changed things since, and their state stays.</summary>
    private void TakeBack(RouteChange change)
    {
        if (_table!.ReadDefaults().Any(change.Ours.IsSamePlace))
        {
            if (change.IsMove)
                Unless(RouteFault.Exists, () => _table.Add(change.Original));
            Unless(RouteFault.NotFound, () => _table.Delete(change.Ours));
            RouteLog.TakenBack(logger, change.Ours.ToString());
        }
        _changes.Remove(change);
        _journal!.Write(_changes);
    }

    private static void Unless(RouteFault expected, Action action)
    {
        try
        {
            action();
        }
        catch (RouteException ex) when (ex.Fault == expected)
        {
            // It is as it should be already.
        }
    }
}
