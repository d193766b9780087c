namespace HmacFileServer.Storage.FileSystem.Publishing;

/// <summary>The steps of a publication, in order. The world may end before each of them; docs/journal.md says what start-up makes of it.</summary>
internal enum PublishStep
{
    /// <summary>What is about to become a file is written beside the upload.</summary>
    WriteIntent,

    /// <summary>The bytes get their name among the blobs.</summary>
    LinkBlob,

    /// <summary>The bytes get their name in the served tree: from here on the file exists.</summary>
    LinkFile,

    /// <summary>The index gets its row.</summary>
    IndexFile,

    /// <summary>The upload's journal goes.</summary>
    RemoveJournal,

    /// <summary>The upload's own name of the bytes goes.</summary>
    RemoveData,

    /// <summary>The intent becomes the file's description.</summary>
    KeepDescription,
}
