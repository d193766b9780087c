using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Uploads;

/// <summary>
/// Drives a session with random requests that run side by side, and holds it to a naive bitmap: what is committed is
/// reported, nothing else is, and no byte has two writers at once.
/// </summary>
public sealed class UploadSessionModelTests
{
    private const int Size = 64;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private enum Act { Segment, Append, Whole, Bytes, Drop, Inspect, Differ }

    private static readonly Gen<(Act, int, int)> AnyStep =
        from act in Gen.Frequency((4, Gen.Constant(Act.Segment)), (2, Gen.Constant(Act.Append)), (1, Gen.Constant(Act.Whole)),
            (12, Gen.Constant(Act.Bytes)), (2, Gen.Constant(Act.Drop)), (1, Gen.Constant(Act.Inspect)), (1, Gen.Constant(Act.Differ)))
        from a in Gen.Choose(0, Size)
        from b in Gen.Choose(0, Size)
        select (act, a, b);

    [Fact]
    public void Random_requests_side_by_side_keep_to_the_bitmap()
    {
        Prop.ForAll(AnyStep.ArrayOf(80).ToArbitrary(), steps => new Run().All(steps))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    private sealed class Run
    {
        private readonly UploadSession _session = new(UploadId.Create(), Size, new RangeSet(), Now);
        private readonly bool[] _held = new bool[Size];
        private readonly List<UploadWriter> _running = [];
        private readonly List<PlannedPiece> _pieces = [];
        private long _duplicates;

        public void All((Act, int, int)[] steps)
        {
            foreach (var (act, a, b) in steps)
            {
                One(act, Math.Min(a, b), Math.Max(a, b));
                AssertNobodySharesAByte();
                var progress = _session.Progress();
                Assert.Equal(_held.Count(h => h), progress.ReceivedBytes);
                Assert.Equal(_held.TakeWhile(h => h).Count(), progress.Offset);
                Assert.All(progress.Received, r => Assert.All(Enumerable.Range((int)r.Start, (int)r.Length), i => Assert.True(_held[i])));
                Assert.Equal(_duplicates, progress.DuplicateBytes);
                Assert.Equal(_held.All(h => h), _session.IsWhole);
            }
        }

        private void One(Act act, int low, int high)
        {
            switch (act)
            {
                case Act.Segment:
                    Claim(WriteClaim.Segment(new(low, high), Size));
                    break;
                case Act.Append:
                    Claim(WriteClaim.Append(_session.Offset, low % 2 == 0 ? null : Math.Min(high, Size - _session.Offset)));
                    break;
                case Act.Whole:
                    Claim(WriteClaim.Whole(Size));
                    break;
                case Act.Inspect:
                    LetGo(_session.Inspect(Now));
                    break;
                case Act.Bytes when _running.Count > 0:
                    Bytes(_running[low % _running.Count], high);
                    break;
                case Act.Drop when _running.Count > 0:
                    LetGo([_running[low % _running.Count]]);
                    break;
                case Act.Differ when _running.Find(w => w.Kind == WriterKind.Whole) is { } writer:
                    _session.Replace(writer, Now);
                    Array.Clear(_held, (int)writer.Position, Size - (int)writer.Position);
                    break;
            }
        }

        private void Claim(WriteClaim claim)
        {
            var outcome = _session.Claim(claim, Now);
            Assert.Null(outcome.Error);
            LetGo(outcome.WaitFor);
            Assert.Null(_session.Start(outcome.Writer!, Now));
            _running.Add(outcome.Writer!);
        }

        private void Bytes(UploadWriter writer, int wanted)
        {
            var count = (int)Math.Min(wanted, writer.Range.End - writer.Position);
            Assert.Null(_session.Plan(writer, count, _pieces));
            Assert.Equal(count, _pieces.Sum(p => p.Range.Length));
            foreach (var piece in _pieces)
            {
                Assert.Equal(writer.Position, piece.Range.Start);
                var isHeld = _held[piece.Range.Start];
                Assert.All(Enumerable.Range((int)piece.Range.Start, (int)piece.Range.Length), i => Assert.Equal(isHeld, _held[i]));
                Assert.Equal(isHeld ? writer.Kind == WriterKind.Whole ? PieceAction.Compare : PieceAction.Skip : PieceAction.Write, piece.Action);
                if (isHeld)
                {
                    _session.Skip(writer, piece.Range.Length, Now);
                    _duplicates += piece.Range.Length;
                    continue;
                }
                _session.Commit(writer, piece.Range.Length, Now);
                Array.Fill(_held, true, (int)piece.Range.Start, (int)piece.Range.Length);
            }
        }

        private void LetGo(IEnumerable<UploadWriter> writers)
        {
            foreach (var writer in writers.ToList())
            {
                _session.Release(writer);
                _running.Remove(writer);
            }
        }

        private void AssertNobodySharesAByte()
        {
            for (var i = 0; i < _running.Count; i++)
            {
                for (var j = i + 1; j < _running.Count; j++)
                {
                    var (a, b) = (_running[i], _running[j]);
                    Assert.False(new ByteRange(a.Position, a.Range.End).Overlaps(new ByteRange(b.Position, b.Range.End)), $"{a.Kind} and {b.Kind} share bytes");
                    Assert.False(a.IsSequential && b.IsSequential, "two sequential writers");
                }
            }
        }
    }
}
