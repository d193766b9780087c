using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Storage.FileSystem.Staging;

/// <summary>
/// Group commit: commits that come while a sync runs share the next one, so that parallel segments cost two syncs together and
/// not two each. The first to come starts the loop, which ends when nobody waits.
/// </summary>
internal sealed class CommitGroup(Action<IReadOnlyList<CommitGroup.Entry>> commit)
{
    private readonly Lock _gate = new(); // guards _waiting and _running
    private List<Entry> _waiting = [];
    private bool _running;

    public Task CommitAsync(ByteRange range, uint generation)
    {
        var entry = new Entry(range, generation);
        lock (_gate)
        {
            _waiting.Add(entry);
            if (_running)
                return entry.Done.Task;
            _running = true;
        }
        // A sync blocks for milliseconds: not the thread of a request, which may have bytes of others to store.
        _ = Task.Run(Run);
        return entry.Done.Task;
    }

    private void Run()
    {
        while (true)
        {
            List<Entry> batch;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _running = false;
                    return;
                }
                (batch, _waiting) = (_waiting, []);
            }
            try
            {
                commit(batch);
                batch.ForEach(e => e.Done.SetResult());
            }
            catch (Exception error)
            {
                batch.ForEach(e => e.Done.SetException(error));
            }
        }
    }

    internal sealed record Entry(ByteRange Range, uint Generation)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
