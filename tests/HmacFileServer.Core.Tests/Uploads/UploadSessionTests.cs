using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Uploads;

/// <summary>Who may write what, who ends whom, and when a file is whole.</summary>
public sealed class UploadSessionTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<PlannedPiece> _pieces = [];

    private static UploadSession Session(long? length = 100, params ByteRange[] received) =>
        new(UploadId.Create(), length, new RangeSet(received), Start);

    private static UploadWriter Begin(UploadSession session, WriteClaim claim)
    {
        var outcome = session.Claim(claim, Start);
        Assert.NotNull(outcome.Writer);
        Assert.Empty(outcome.WaitFor);
        Assert.Null(session.Start(outcome.Writer, Start));
        return outcome.Writer;
    }

    [Fact]
    public void A_segment_that_overlaps_one_in_progress_ends_it_and_keeps_what_it_stored()
    {
        var session = Session();
        var old = Begin(session, WriteClaim.Segment(new(0, 50), 100));
        session.Commit(old, 20, Start);

        var claim = session.Claim(WriteClaim.Segment(new(40, 60), 100), Start);

        Assert.Equal([old], claim.WaitFor);
        Assert.Equal(WriterState.Revoked, old.State);
        session.Release(old);
        Assert.Null(session.Start(claim.Writer!, Start));
        Assert.Equal("0-19", session.Progress().ReceivedText);
    }

    [Fact]
    public void A_segment_of_bytes_that_another_has_stored_already_leaves_that_other_alone()
    {
        var session = Session();
        var old = Begin(session, WriteClaim.Segment(new(0, 50), 100));
        session.Commit(old, 20, Start);
        Begin(session, WriteClaim.Segment(new(0, 20), 100));
        Assert.Equal(WriterState.Active, old.State);
    }

    [Fact]
    public void Asking_for_the_offset_ends_appends_and_whole_files_but_never_a_segment()
    {
        var session = Session();
        var segment = Begin(session, WriteClaim.Segment(new(50, 100), 100));
        var append = Begin(session, WriteClaim.Append(0, 10));
        Assert.Equal([append], session.Inspect(Start));
        Assert.Equal(WriterState.Active, segment.State);
    }

    [Fact]
    public void A_whole_file_ends_everyone()
    {
        var session = Session();
        var segment = Begin(session, WriteClaim.Segment(new(50, 100), 100));
        var append = Begin(session, WriteClaim.Append(0, 10));
        Assert.Equal([segment, append], session.Claim(WriteClaim.Whole(100), Start).WaitFor);
    }

    [Fact]
    public void The_newest_of_three_waiting_requests_wins()
    {
        var session = Session();
        var first = Begin(session, WriteClaim.Append(0, null));
        var second = session.Claim(WriteClaim.Append(0, null), Start).Writer!;
        var third = session.Claim(WriteClaim.Append(0, null), Start);
        Assert.Equal([first, second], third.WaitFor);
        Assert.Equal(UploadErrorCode.TakenOver, session.Start(second, Start));
        session.Release(first);
        session.Release(second);
        Assert.Null(session.Start(third.Writer!, Start));
    }

    [Fact]
    public void An_append_must_begin_where_the_upload_continues()
    {
        var session = Session(100, new ByteRange(0, 10), new ByteRange(20, 30));
        var claim = session.Claim(WriteClaim.Append(30, 5), Start);
        Assert.Equal(UploadErrorCode.OffsetMismatch, session.Start(claim.Writer!, Start));
        session.Release(claim.Writer!);
        Begin(session, WriteClaim.Append(10, 5));
    }

    [Fact]
    public void Held_bytes_of_a_segment_are_skipped_and_counted()
    {
        var session = Session(100, new ByteRange(10, 20));
        var writer = Begin(session, WriteClaim.Segment(new(5, 30), 100));
        Assert.Null(session.Plan(writer, 25, _pieces));
        Assert.Equal(
            [new(PieceAction.Write, new(5, 10)), new(PieceAction.Skip, new(10, 20)), new(PieceAction.Write, new(20, 30))],
            _pieces);
        session.Commit(writer, 5, Start);
        session.Skip(writer, 10, Start);
        session.Commit(writer, 10, Start);
        Assert.Equal(10, session.Progress().DuplicateBytes);
        Assert.Equal("5-29", session.Progress().ReceivedText);
    }

    [Fact]
    public void A_whole_file_is_compared_with_what_is_held_and_replaces_it_from_the_first_difference_on()
    {
        var session = Session(100, new ByteRange(0, 40), new ByteRange(60, 100));
        var writer = Begin(session, WriteClaim.Whole(100));
        Assert.Null(session.Plan(writer, 40, _pieces));
        Assert.Equal([new(PieceAction.Compare, new(0, 40))], _pieces);
        session.Skip(writer, 25, Start);
        Assert.Equal(25, session.Replace(writer, Start));
        Assert.Equal("0-24", session.Progress().ReceivedText);
        Assert.Null(session.Plan(writer, 75, _pieces));
        Assert.Equal([new(PieceAction.Write, new(25, 100))], _pieces);
    }

    [Fact]
    public void Exactly_one_finishes_and_a_failure_lets_another_try()
    {
        var session = Session(10, new ByteRange(0, 10));
        Assert.True(session.TryBeginFinish());
        Assert.False(session.TryBeginFinish());
        session.EndFinish(UploadState.Receiving, Start);
        Assert.True(session.TryBeginFinish());
        session.EndFinish(UploadState.Complete, Start);
        Assert.Equal(UploadErrorCode.AlreadyComplete, session.Claim(WriteClaim.Whole(10), Start).Error);
    }

    [Fact]
    public void An_empty_file_is_whole_at_once()
    {
        var session = Session(0);
        session.Release(Begin(session, WriteClaim.Whole(0)));
        Assert.True(session.TryBeginFinish());
    }

    [Fact]
    public void Nobody_finishes_while_a_whole_file_is_compared_with_what_is_held()
    {
        var session = Session(10, new ByteRange(0, 10));
        var newer = Begin(session, WriteClaim.Whole(10));
        Assert.False(session.TryBeginFinish());
        session.Skip(newer, 5, Start);
        session.Replace(newer, Start);
        session.Release(newer);
        Assert.False(session.TryBeginFinish());
    }

    [Fact]
    public void A_whole_file_that_waits_does_not_keep_the_older_one_from_finishing()
    {
        var session = Session(10, new ByteRange(0, 10));
        var newer = session.Claim(WriteClaim.Whole(10), Start).Writer!;
        Assert.True(session.TryBeginFinish());
        Assert.Equal(UploadErrorCode.AlreadyComplete, session.Start(newer, Start));
    }

    [Fact]
    public void Bytes_ahead_of_the_position_are_planned_where_they_will_stand()
    {
        var session = Session(100, new ByteRange(20, 30));
        var writer = Begin(session, WriteClaim.Append(0, 60));
        Assert.Null(session.Plan(writer, 20, _pieces, ahead: 15));
        Assert.Equal([new(PieceAction.Write, new(15, 20)), new(PieceAction.Skip, new(20, 30)), new(PieceAction.Write, new(30, 35))], _pieces);
        Assert.Equal(UploadErrorCode.BodyTooLong, session.Plan(writer, 20, _pieces, ahead: 41));
    }

    [Theory]
    [InlineData(0, 101, 100, UploadErrorCode.RangeUnsatisfiable)]
    [InlineData(0, 10, 99, UploadErrorCode.LengthMismatch)]
    [InlineData(10, 9, 100, UploadErrorCode.RangeInvalid)]
    [InlineData(-1, 9, 100, UploadErrorCode.RangeInvalid)]
    public void A_segment_outside_the_file_is_refused_and_ends_nobody(long start, long end, long total, UploadErrorCode error)
    {
        var session = Session();
        var other = Begin(session, WriteClaim.Segment(new(0, 100), 100));
        Assert.Equal(error, session.Claim(WriteClaim.Segment(new(start, end), total), Start).Error);
        Assert.Equal(WriterState.Active, other.State);
    }

    [Fact]
    public void A_body_longer_than_its_range_is_refused_before_a_byte_of_it_is_planned()
    {
        var session = Session();
        var writer = Begin(session, WriteClaim.Segment(new(0, 10), 100));
        Assert.Equal(UploadErrorCode.BodyTooLong, session.Plan(writer, 11, _pieces));
        Assert.Empty(_pieces);
    }

    [Fact]
    public void A_deferred_length_is_set_once_and_bounds_what_may_come()
    {
        var session = Session(length: null);
        var writer = Begin(session, WriteClaim.Append(0, null));
        session.Commit(writer, 30, Start);
        session.Release(writer);
        Assert.Equal(UploadErrorCode.LengthMismatch, session.SetLength(29, Start));
        Assert.Null(session.SetLength(40, Start));
        Assert.Equal(UploadErrorCode.LengthMismatch, session.SetLength(41, Start));
        writer = Begin(session, WriteClaim.Append(30, null));
        Assert.Equal(UploadErrorCode.BodyTooLong, session.Plan(writer, 11, _pieces));
    }

    [Fact]
    public void A_terminated_upload_takes_no_byte_more()
    {
        var session = Session();
        var writer = Begin(session, WriteClaim.Append(0, 10));
        Assert.Equal([writer], session.Terminate());
        Assert.Equal(UploadErrorCode.Gone, session.Plan(writer, 1, _pieces));
        Assert.Equal(UploadErrorCode.Gone, session.Claim(WriteClaim.Whole(100), Start).Error);
    }

    [Fact]
    public void It_is_abandoned_only_after_the_whole_timeout_without_a_byte()
    {
        var timeout = TimeSpan.FromHours(1);
        var session = Session();
        var writer = Begin(session, WriteClaim.Append(0, 10));
        session.Commit(writer, 1, Start + TimeSpan.FromMinutes(30));
        Assert.False(session.IsAbandoned(Start + TimeSpan.FromMinutes(89), timeout));
        Assert.True(session.IsAbandoned(Start + TimeSpan.FromMinutes(90), timeout));
    }
}
