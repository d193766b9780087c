namespace HmacFileServer.Core.Uploads;

/// <summary>Where an upload stands.</summary>
public enum UploadState
{
    /// <summary>Bytes may come.</summary>
    Receiving,

    /// <summary>Every byte is there; one request verifies and publishes it.</summary>
    Finishing,

    /// <summary>Published as a file.</summary>
    Complete,

    /// <summary>Cancelled or expired; its bytes are gone.</summary>
    Ended,
}
