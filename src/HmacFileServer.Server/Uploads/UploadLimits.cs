namespace HmacFileServer.Server.Uploads;

/// <summary>How long and how much.</summary>
internal sealed record UploadLimits
{
    /// <summary>Most bytes of one file; encrypted files may have <see cref="EncryptionOverhead"/> more.</summary>
    public required long MaxUploadSize { get; init; }

    /// <summary>An unfinished upload that nobody touches for so long is removed; each byte starts the time anew.</summary>
    public required TimeSpan SessionTimeout { get; init; }

    /// <summary>How long a finished file is kept; null for ever.</summary>
    public TimeSpan? FileTtl { get; init; }

    /// <summary>Most uploads that are begun and not finished; 0 for no bound.</summary>
    public int MaxUnfinished { get; init; }

    /// <summary>Most requests that bring bytes at once, over all uploads; 0 for no bound. One that takes over is let in beyond it: the other is about to end.</summary>
    public int MaxRequests { get; init; }

    /// <summary>Most requests that bring bytes to one upload at once, without those that it has ended.</summary>
    public int MaxRequestsPerUpload { get; init; } = 256;

    /// <summary>
    /// Most separate runs of bytes that one upload holds, so that pieces of one byte each cannot make answers and journal large. Beyond it
    /// only requests that go on at the end of a run are taken.
    /// </summary>
    public const int MostRuns = 1024;

    /// <summary>After so long without a request an upload's file descriptors are closed.</summary>
    public TimeSpan IdleClose { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The authentication tag that XEP-0454 clients append after the server announced its limit to them, in bytes.</summary>
    public const int EncryptionOverhead = 16;
}
