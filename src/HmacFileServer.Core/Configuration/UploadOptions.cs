using HmacFileServer.Core.Configuration.Schema;
using HmacFileServer.Core.Storage;

namespace HmacFileServer.Core.Configuration;

/// <summary>`[uploads]`</summary>
public sealed record UploadOptions
{
    [ChoiceOption<Durability>("What an acknowledged byte survives: the end of the \"process\", or loss of \"power\" (slower).")]
    public Durability Durability { get; init; } = Durability.Process;

    /// <summary>Counted anew from every byte that arrives.</summary>
    [DurationOption("An unfinished upload that receives nothing for this long is removed.", Min = "1s")]
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Zero for ever.</summary>
    [DurationOption("A finished file is deleted after this time; \"0\" keeps it for ever.")]
    public TimeSpan FileTtl { get; init; } = TimeSpan.Zero;

    [SwitchOption("Files with the same content share their space on disk.")]
    public bool Deduplication { get; init; } = true;

    /// <summary>In bytes.</summary>
    [SizeOption("An upload that would leave less than this free on disk is refused (507).")]
    public long MinFreeBytes { get; init; } = 100 * ByteSize.MB;

    /// <summary>0 for no bound.</summary>
    [IntegerOption("Most uploads that are begun and not finished; one more is asked to come later (503); 0 for no bound.")]
    public int MaxUnfinished { get; init; } = 100_000;

    /// <summary>0 for no bound. A request that takes over from another is let in beyond it: the other is about to end.</summary>
    [IntegerOption("Most requests that bring bytes at once, to all uploads together; one more is asked to come later; 0 for no bound.")]
    public int MaxRequests { get; init; } = 20_000;

    /// <summary>A hundred paths, each with the stale requests of a bad minute.</summary>
    [IntegerOption("Most requests that bring bytes to one upload at once; one more is asked to come later (503).", Min = 1)]
    public int MaxRequestsPerUpload { get; init; } = 256;
}
