using System.Security.Cryptography;
using HmacFileServer.Core.Checksums;
using HmacFileServer.Client.Protocols;
using HmacFileServer.Client.State;
using HmacFileServer.Client.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.State;

/// <summary>A file that may no longer be the one that was begun.</summary>
public sealed class ResumePolicyTests : IDisposable
{
    private static readonly Uri Slot = new("https://h/s/f?v=1");

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(1000);

    public ResumePolicyTests() => File.WriteAllBytes(_folder["f"], _bytes);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_file_goes_on() => Assert.True(Check(Record()));

    [Fact]
    public void A_touched_file_with_the_same_bytes_goes_on()
    {
        var record = Record();
        File.SetLastWriteTimeUtc(_folder["f"], DateTime.UnixEpoch);
        Assert.True(Check(record));
    }

    [Fact]
    public void A_file_that_was_copied_back_goes_on()
    {
        var record = Record();
        File.WriteAllBytes(_folder["g"], _bytes);
        File.Move(_folder["g"], _folder["f"], overwrite: true);
        Assert.True(Check(record));
    }

    [Fact]
    public void Other_bytes_of_the_same_length_are_refused()
    {
        var record = Record();
        _bytes[100]++;
        File.WriteAllBytes(_folder["f"], _bytes);
        File.SetLastWriteTimeUtc(_folder["f"], DateTime.UnixEpoch);
        Assert.Contains("first 600 bytes are others", Refusal(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_length_is_refused()
    {
        var record = Record();
        File.AppendAllText(_folder["f"], "more");
        Assert.Contains("had 1000 bytes and has 1004", Refusal(record), StringComparison.Ordinal);
    }

    [Fact]
    public void A_touched_file_of_which_too_little_is_known_is_refused()
    {
        var record = Record() with { AcknowledgedBytes = 700 };
        File.SetLastWriteTimeUtc(_folder["f"], DateTime.UnixEpoch);
        Assert.Contains("too little", Refusal(record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("crc32c")]
    public void A_touched_file_with_the_same_first_bytes_goes_on(string kind)
    {
        var digest = kind == "sha256" ? Record().Prefix!.Digest : FormattableString.Invariant($"crc32c:{Crc32C.Append(0, _bytes.AsSpan(0, 600)):x8}");
        var record = Record() with { Prefix = new PrefixDigest(600, digest) };
        File.SetLastWriteTimeUtc(_folder["f"], DateTime.UnixEpoch);
        Assert.True(Check(record));

        _bytes[599] ^= 1;
        File.WriteAllBytes(_folder["f"], _bytes);
        Assert.Contains("first 600 bytes are others", Refusal(record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("md5:00")]
    public void A_digest_that_is_not_known_tells_nothing(string? digest)
    {
        var record = Record() with { Prefix = new PrefixDigest(600, digest) };
        File.SetLastWriteTimeUtc(_folder["f"], DateTime.UnixEpoch);
        Assert.Contains("too little", Refusal(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_place_can_be_had_anew_the_changed_file_is_simply_uploaded()
    {
        var record = Record();
        File.AppendAllText(_folder["f"], "more");
        Assert.False(Check(record, new UploadRequest(_folder["f"], Slot) { Target = "https://h/" }));
        Assert.False(Check(record with { AcknowledgedBytes = 0 }));
    }

    [Fact]
    public void What_is_resumed_by_its_id_is_never_begun_anew()
    {
        var record = Record();
        File.AppendAllText(_folder["f"], "more");
        Assert.Throws<UploadFailedException>(() => Check(record, new UploadRequest(_folder["f"], Slot) { Target = "https://h/" }, isResumed: true));
    }

    [Fact]
    public void Where_parts_are_put_together_is_remembered()
    {
        var files = new Uri("https://h/files/");
        var dialect = new TusDialect(files, [new(new Uri(files, "1"), new(0, 500)), new(new Uri(files, "2"), new(500, 1000))], "", false);
        var kept = ResumePolicy.Begin("000000000000", new UploadRequest(_folder["f"], new Uri("https://h/")), FileIdentity.Of(_folder["f"])!, dialect, "https://h/", DateTimeOffset.UnixEpoch);
        Assert.Equal(files.OriginalString, kept.Endpoint);
        Assert.Equal([new RecordedPart("https://h/files/1", 0, 500), new RecordedPart("https://h/files/2", 500, 1000)], kept.Parts);
    }

    private string Refusal(UploadRecord record)
    {
        var refused = Assert.Throws<UploadFailedException>(() => Check(record));
        Assert.Equal(UploadFailure.File, refused.Reason);
        return refused.Message;
    }

    private bool Check(UploadRecord record, UploadRequest? request = null, bool isResumed = false)
    {
        using var file = FileSource.Open(_folder["f"]);
        return ResumePolicy.Check(record, FileIdentity.Of(_folder["f"])!, file, request ?? new UploadRequest(_folder["f"], Slot), isResumed, CancellationToken.None);
    }

    private UploadRecord Record() => new()
    {
        Id = "000000000000",
        File = _folder["f"],
        Identity = FileIdentity.Of(_folder["f"])!,
        Target = "https://h/s/f",
        UploadUrl = Slot.OriginalString,
        Protocol = UploadProtocol.Segments,
        ContentType = "text/plain",
        BegunAt = DateTimeOffset.UnixEpoch,
        LastActivity = DateTimeOffset.UnixEpoch,
        AcknowledgedBytes = 500,
        Prefix = new PrefixDigest(600, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(_bytes.AsSpan(0, 600)))}"),
    };
}
