namespace HmacFileServer.Core.Networks;

/// <summary>A decision and when it was made, on the policy's clock.</summary>
public readonly record struct DecisionRecord(TimeSpan At, PathDecision Decision);

/// <summary>The last decisions of a policy, oldest first. Memory is bounded by its length. Not safe for use by several threads at once.</summary>
public sealed class DecisionHistory(int length)
{
    private readonly Queue<DecisionRecord> _records = new();

    /// <summary>Decisions made in all, those included that are no longer kept.</summary>
    public long Count { get; private set; }

    public IReadOnlyCollection<DecisionRecord> Records => _records;

    internal void Add(TimeSpan at, PathDecision decision)
    {
        Count++;
        if (length < 1)
            return;
        if (_records.Count >= length)
            _records.Dequeue();
        _records.Enqueue(new DecisionRecord(at, decision));
    }
}
