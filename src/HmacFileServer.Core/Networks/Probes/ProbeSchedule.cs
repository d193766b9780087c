namespace HmacFileServer.Core.Networks.Probes;

/// <summary>
/// When idle paths are probed. Paths that carry bytes are not: their own traffic tells more. Probes of several paths fall on the same
/// instants, so that a sleeping device wakes once for all of them. Pure; not safe for use by several threads at once.
/// </summary>
public sealed class ProbeSchedule(ProbeOptions options)
{
    private readonly Dictionary<string, Account> _accounts = [];

    /// <summary>
    /// True if the path is to be probed now; it is then taken as probed. A path seen for the first time is probed at once: whether
    /// something on the way answers in the server's place must be known before it is counted on.
    /// </summary>
    /// <param name="path">An idle path with an open connection and no unanswered probe.</param>
    /// <param name="metered">Its bytes cost money.</param>
    /// <param name="alarm">The path in use is in trouble.</param>
    /// <param name="now">On the caller's monotonic clock.</param>
    public bool TryTake(string path, bool metered, bool alarm, TimeSpan now)
    {
        if (!_accounts.TryGetValue(path, out var account))
            _accounts[path] = account = new Account(now, options.MeteredBytesPerHour);
        if (account.Last is { } last && now < Next(last, Interval(metered, alarm)) && now >= last)
            return false;
        if (metered && !account.TryPay(now, options.MeteredBytesPerHour))
            return false;
        account.Last = now;
        account.Probes++;
        return true;
    }

    /// <summary>The path carried bytes, or was heard otherwise: the next probe is an interval away.</summary>
    public void Heard(string path, TimeSpan now)
    {
        if (_accounts.TryGetValue(path, out var account))
            account.Last = now;
    }

    /// <summary>The path has a new connection, perhaps in another network: it is probed at once.</summary>
    public void Opened(string path)
    {
        if (_accounts.TryGetValue(path, out var account))
            account.Last = null;
    }

    /// <summary>When the path is due at the latest; the caller need not look before.</summary>
    public TimeSpan DueAt(string path, bool metered, bool alarm, TimeSpan now) =>
        _accounts.TryGetValue(path, out var account) && account.Last is { } last ? Next(last, Interval(metered, alarm)) : now;

    /// <summary>Probes sent on a path so far.</summary>
    public long Probes(string path) => _accounts.TryGetValue(path, out var account) ? account.Probes : 0;

    private TimeSpan Interval(bool metered, bool alarm) => (metered, alarm) switch
    {
        (false, false) => options.Interval,
        (false, true) => options.AlarmInterval,
        (true, false) => options.MeteredInterval,
        (true, true) => options.MeteredAlarmInterval,
    };

    /// <summary>The first multiple of the interval that is at least half of it away: the same for every path.</summary>
    private static TimeSpan Next(TimeSpan last, TimeSpan interval) =>
        interval <= TimeSpan.Zero ? last : TimeSpan.FromTicks(((last + interval / 2).Ticks / interval.Ticks + 1) * interval.Ticks);

    private sealed class Account(TimeSpan since, double allowance)
    {
        private TimeSpan _paidAt = since;
        private double _allowance = allowance / 2;

        public TimeSpan? Last { get; set; }

        public long Probes { get; set; }

        /// <summary>Half of the bound is there from the start and half comes with each hour, so that no hour costs more than the bound.</summary>
        public bool TryPay(TimeSpan now, int perHour)
        {
            _allowance = Math.Min(perHour / 2.0, _allowance + Math.Max(0, (now - _paidAt).TotalHours) * perHour / 2);
            _paidAt = now;
            if (_allowance < ProbeOptions.ProbeBytes)
                return false;
            _allowance -= ProbeOptions.ProbeBytes;
            return true;
        }
    }
}
