using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Storage.FileSystem.Journal;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Journal;

/// <summary>Whatever is done to a journal and whatever happens to its bytes, it never claims a byte that was not committed.</summary>
public sealed class JournalProperties : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly Arbitrary<JournalAction[]> Actions = Gen.ArrayOf(
            from kind in Gen.Frequency(
                (6, Gen.Constant(JournalActionKind.Commit)),
                (1, Gen.Constant(JournalActionKind.CommitAgain)),
                (6, Gen.Constant(JournalActionKind.CommitNext)),
                (1, Gen.Constant(JournalActionKind.Reset)),
                (1, Gen.Constant(JournalActionKind.Compact)),
                (1, Gen.Constant(JournalActionKind.SetLength)))
            from start in Gen.Choose(0, 10_000_000)
            from length in Gen.Choose(0, 1_000_000)
            select new JournalAction(kind, start, length))
        .ToArbitrary();

    [Fact]
    public void A_whole_journal_proves_exactly_what_was_committed_since_the_last_reset() =>
        Prop.ForAll(Actions, actions =>
        {
            var model = JournalModel.Run(_folder.Path, actions);
            var content = JournalFormat.Read(model.Bytes)!;
            return content.Received.ToString() == model.Received.ToString()
                && content.Dropped == 0 && content.End == model.Bytes.Length && content.Record.Length == model.Record.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_journal_cut_off_anywhere_proves_every_record_that_is_whole() =>
        Prop.ForAll(Actions, Positions, (actions, position) =>
        {
            var model = JournalModel.Run(_folder.Path, actions);
            var cut = position % (model.Bytes.Length + 1);
            var content = JournalFormat.Read(model.Bytes.AsSpan(0, cut));
            return cut < model.HeaderEnd ? content is null : content!.Received.ToString() == model.ProvedBy(cut).ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_changed_byte_costs_what_follows_it_and_never_adds_anything() =>
        Prop.ForAll(Actions, Positions, Masks, (actions, position, mask) =>
        {
            var model = JournalModel.Run(_folder.Path, actions);
            var at = position % model.Bytes.Length;
            model.Bytes[at] ^= mask;
            var content = JournalFormat.Read(model.Bytes);
            return at < model.HeaderEnd ? content is null : content!.Received.ToString() == model.ProvedBy(at).ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_an_older_file_left_in_the_same_place_is_never_taken_for_a_record() =>
        Prop.ForAll(Actions, Actions, (older, newer) =>
        {
            var before = JournalModel.Run(_folder.Path, older);
            var model = JournalModel.Run(_folder.Path, newer);
            if (before.Bytes.Length <= model.Bytes.Length)
                return true;
            var content = JournalFormat.Read([.. model.Bytes, .. before.Bytes[model.Bytes.Length..]])!;
            return content.Received.ToString() == model.Received.ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Noise_is_no_journal() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), noise =>
            JournalFormat.Read(noise) is null && JournalFormat.Read([.. "HFSJRNL1"u8, .. noise]) is null).QuickCheckThrowOnFailure();

    public void Dispose() => _folder.Dispose();

    private static Arbitrary<int> Positions => Gen.Choose(0, 100_000).ToArbitrary();

    private static Arbitrary<byte> Masks => Gen.Choose(1, 255).Select(m => (byte)m).ToArbitrary();
}
