using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Server.Uploads;

/// <summary>An upload that has become a file.</summary>
/// <param name="Slot">Where the file is.</param>
/// <param name="Properties">What a protocol wants back verbatim, if it is short.</param>
internal sealed record FinishedUpload(SlotPath Slot, IReadOnlyDictionary<string, string> Properties);

/// <summary>
/// Remembers where lately finished uploads went, for a client that lost the answer to its last request and asks again by id.
/// Guarded by the engine's lock.
/// </summary>
internal sealed class FinishedUploads
{
    private const int Most = 10_000; // some 3 MB, 10 with what protocols want back; older ones are found in the store, by id as by slot

    private readonly Dictionary<UploadId, FinishedUpload> _uploads = [];
    private readonly Queue<UploadId> _order = new();

    public void Add(UploadRecord record, SlotPath slot)
    {
        if (_uploads.TryAdd(record.Id, new FinishedUpload(slot, UploadOrigin.Of(record).Properties)))
            _order.Enqueue(record.Id);
        while (_order.Count > Most)
            _uploads.Remove(_order.Dequeue());
    }

    public FinishedUpload? Find(UploadId id) => _uploads.GetValueOrDefault(id);
}
