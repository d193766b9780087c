namespace HmacFileServer.Testing.Storage;

/// <summary>Where a test can make <see cref="InMemoryUploadStore"/> fail or look at what it is asked.</summary>
public enum StoreOperation
{
    Create,
    Open,
    Remove,
    Write,
    Commit,
    Reset,
    SetLength,
    Read,
    Publish,
    FindFile,
    OpenFile,
    DeleteFile,
}
