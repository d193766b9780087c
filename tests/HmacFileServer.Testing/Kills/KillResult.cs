namespace HmacFileServer.Testing.Kills;

/// <summary>What a <see cref="KillRun"/> found.</summary>
/// <param name="Seed">Of the run.</param>
/// <param name="Durability">Of the server.</param>
/// <param name="Rounds">Rounds done.</param>
public sealed record KillResult(int Seed, string Durability, int Rounds)
{
    /// <summary>SIGKILLs sent: one a round in mid-traffic, and those below.</summary>
    public int Kills { get; init; }

    /// <summary>SIGKILLs sent before a server said that it listens, most of them while it puts its folder in order.</summary>
    public int KillsInStartUp { get; init; }

    /// <summary>Acknowledged bytes that were asked for after a kill; bytes of an upload that is open over several rounds count in each.</summary>
    public long AcknowledgedBytesChecked { get; init; }

    /// <summary>Of these, bytes that were not there.</summary>
    public long LostBytes { get; init; }

    /// <summary>Uploads and files that were acknowledged and gone.</summary>
    public int LostUploads { get; init; }

    /// <summary>Files that were not equal to what was sent.</summary>
    public int CorruptFiles { get; init; }

    /// <summary>Answers that no order of events explains: an error where none is due, bytes claimed that were given up.</summary>
    public int WrongAnswers { get; init; }

    /// <summary>Files finished, each compared with what was sent.</summary>
    public int FinishedFiles { get; init; }

    /// <summary>Comparisons of finished files, in rounds and at the end.</summary>
    public int FilesCompared { get; init; }

    /// <summary>Uploads cancelled, which must stay gone.</summary>
    public int CancelledUploads { get; init; }

    /// <summary>Requests answered, by what they were.</summary>
    public IReadOnlyDictionary<string, int> Answers { get; init; } = new Dictionary<string, int>();

    public double Seconds { get; init; }

    /// <summary>The first thing that went wrong, for a person; null if nothing did.</summary>
    public string? Failure { get; init; }

    /// <summary>True if nothing was lost, corrupt or wrong.</summary>
    public bool IsClean => LostBytes == 0 && LostUploads == 0 && CorruptFiles == 0 && WrongAnswers == 0 && Failure is null;
}
