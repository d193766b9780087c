using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Staging;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Journal;

/// <summary>A commit that was asked for before a reset and is written after it.</summary>
public sealed class ResetTests
{
    [Theory]
    [InlineData(0u, 0, 100, "0-39")] // both resets came after it
    [InlineData(1u, 0, 100, "0-59")] // only the second
    [InlineData(2u, 0, 100, "0-99")] // none
    [InlineData(0u, 50, 100, "50-")] // nothing of it was kept
    [InlineData(0u, 10, 20, "10-19")] // all of it was
    public void A_commit_from_before_a_reset_says_only_what_the_reset_kept(uint generation, long start, long end, string expected)
    {
        using var folder = new TemporaryFolder();
        using var staging = Folder.Open(folder.Path);
        var record = new UploadRecord(UploadId.Create(), DateTimeOffset.UnixEpoch);
        var name = StagingNames.Journal(record.Id);
        var journal = new StagedJournal(staging, name, Durability.Process, StagedJournal.Create(staging, name, Durability.Process, record));
        journal.Reset(40, DateTimeOffset.UnixEpoch);
        journal.Reset(60, DateTimeOffset.UnixEpoch);

        Assert.Equal(expected, journal.StillSaid(new ByteRange(start, end), generation).ToString());
        journal.Close();
    }
}
