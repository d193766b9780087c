using HmacFileServer.Bench.Servers;

namespace HmacFileServer.Bench.Load;

/// <summary>Many paced uploads on one thread: each gets its turn once in an interval, spread evenly over it.</summary>
internal sealed class PacedCrowd : IDisposable
{
    private const int ConnectAtOnce = 64;
    private const int TurnsPerSecond = 50;

    private readonly List<PacedUpload> _uploads = [];
    private readonly byte[] _bytes;
    private readonly int _turns; // in which everybody sends once
    private int _turn;

    /// <param name="bytesPerSecond">Of each upload.</param>
    /// <param name="interval">How often each sends; a multiple of 20 ms.</param>
    public PacedCrowd(int bytesPerSecond, TimeSpan interval)
    {
        _turns = Math.Max(1, (int)(interval.TotalSeconds * TurnsPerSecond));
        _bytes = new byte[(long)bytesPerSecond * _turns / TurnsPerSecond];
        new Random(1).NextBytes(_bytes);
    }

    public IReadOnlyList<PacedUpload> Uploads => _uploads;

    public async Task ConnectAsync(Peer peer, int count, long length)
    {
        while (_uploads.Count < count)
            _uploads.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(ConnectAtOnce, count - _uploads.Count)).Select(_ => PacedUpload.ConnectAsync(peer, length))));
    }

    /// <summary>Gives turns until told to stop, or until nobody has anything left to send. Returns how late the latest turn was: a client that cannot keep up measures itself.</summary>
    /// <param name="again">True to begin another file after each.</param>
    /// <param name="eachSecond">Told after every second.</param>
    /// <param name="stop">Ends it.</param>
    public TimeSpan Run(bool again, Action? eachSecond, CancellationToken stop)
    {
        foreach (var upload in _uploads.Where(u => !u.IsBusy))
            upload.Begin();
        var start = TimeProvider.System.GetTimestamp();
        var latest = TimeSpan.Zero;
        for (var count = 1; !stop.IsCancellationRequested; count++)
        {
            var isBusy = false;
            for (var i = _turn; i < _uploads.Count; i += _turns)
                _uploads[i].Send(_bytes);
            _turn = (_turn + 1) % _turns;
            if (_turn == 0)
            {
                foreach (var upload in _uploads)
                {
                    upload.ReadAnswer();
                    if (again && !upload.IsBusy && upload.Failure is null)
                        upload.Begin();
                    isBusy |= upload.IsBusy && upload.Failure is null;
                }
                if (!isBusy)
                    return latest;
            }
            if (count % TurnsPerSecond == 0)
                eachSecond?.Invoke();
            var due = TimeSpan.FromSeconds((double)count / TurnsPerSecond) - TimeProvider.System.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
                stop.WaitHandle.WaitOne(due);
            else if (-due > latest)
                latest = -due;
        }
        return latest;
    }

    public void Dispose() => _uploads.ForEach(u => u.Dispose());
}
