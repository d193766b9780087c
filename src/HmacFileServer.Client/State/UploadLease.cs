namespace HmacFileServer.Client.State;

/// <summary>An upload in the state folder, held by this process until it is disposed of.</summary>
public sealed class UploadLease : IDisposable
{
    private readonly StateFolder _folder;
    private readonly IDisposable _lock;

    internal UploadLease(StateFolder folder, string id, IDisposable held)
    {
        _folder = folder;
        Id = id;
        _lock = held;
        Record = folder.Read(id);
    }

    public string Id { get; }

    /// <summary>What is known of the upload; null if it is new.</summary>
    public UploadRecord? Record { get; private set; }

    /// <summary>Keeps a record, replacing the one before.</summary>
    internal void Keep(UploadRecord record)
    {
        _folder.Write(record);
        Record = record;
    }

    /// <summary>The upload is finished or given up: nothing of it is kept.</summary>
    public void Forget()
    {
        _folder.Remove(Id);
        Record = null;
    }

    public void Dispose() => _lock.Dispose();
}
