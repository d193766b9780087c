using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>
/// Remembers where lately finished uploads went, for a client that lost the answer to its last request and asks again by id.
/// Guarded by the engine's lock.
/// </summary>
internal sealed class FinishedUploads
{
    private const int Most = 10_000; // some 3 MB; older ones answer 404, and their slot still answers

    private readonly Dictionary<UploadId, SlotPath> _slots = [];
    private readonly Queue<UploadId> _order = new();

    public void Add(UploadId id, SlotPath slot)
    {
        if (_slots.TryAdd(id, slot))
            _order.Enqueue(id);
        while (_order.Count > Most)
            _slots.Remove(_order.Dequeue());
    }

    public SlotPath? Find(UploadId id) => _slots.GetValueOrDefault(id);
}
