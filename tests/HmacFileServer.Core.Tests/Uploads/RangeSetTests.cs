using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Uploads;

/// <summary>Holds <see cref="RangeSet"/> to a bitmap, step by step, and to its wire format.</summary>
public sealed class RangeSetTests
{
    private const int Size = 48; // small, so that random ranges often touch, overlap and swallow each other

    private static readonly Gen<ByteRange> AnyRange =
        from a in Gen.Choose(0, Size)
        from b in Gen.Choose(0, Size)
        select new ByteRange(Math.Min(a, b), Math.Max(a, b));

    private static readonly Gen<(bool Add, ByteRange Range)[]> AnySteps =
        (from add in Gen.Choose(0, 2) from range in AnyRange select (add > 0, range)).ArrayOf();

    [Fact]
    public void Adding_and_removing_is_what_a_bitmap_does()
    {
        Prop.ForAll(AnySteps.ToArbitrary(), steps =>
        {
            var set = new RangeSet();
            var bitmap = new bool[Size];
            foreach (var (add, range) in steps)
            {
                var changed = Enumerable.Range((int)range.Start, (int)range.Length).Count(i => bitmap[i] != add);
                Assert.Equal(changed, add ? set.Add(range) : set.Remove(range));
                Array.Fill(bitmap, add, (int)range.Start, (int)range.Length);
                AssertSame(bitmap, set);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Queries_are_what_a_bitmap_says()
    {
        Prop.ForAll(AnySteps.ToArbitrary(), AnyRange.ToArbitrary(), (steps, asked) =>
        {
            var set = new RangeSet(steps.Select(s => s.Range));
            var bitmap = new bool[Size];
            foreach (var (_, range) in steps)
                Array.Fill(bitmap, true, (int)range.Start, (int)range.Length);
            var inside = bitmap.AsSpan((int)asked.Start, (int)asked.Length).ToArray();
            Assert.Equal(inside.All(b => b), set.Contains(asked));
            Assert.Equal(inside.Any(b => b), set.Overlaps(asked));
            Assert.Equal(inside.Count(b => b), set.Within(asked).Sum(r => r.Length));
            Assert.Equal(inside.Count(b => !b), set.Missing(asked).Sum(r => r.Length));
            Assert.All(set.Within(asked), r => Assert.True(set.Contains(r) && !r.IsEmpty));
            Assert.All(set.Missing(asked), r => Assert.False(set.Overlaps(r) || r.IsEmpty));
            Assert.Equal(bitmap.TakeWhile(b => b).Count(), set.ContiguousPrefix);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_it_writes_it_reads()
    {
        Prop.ForAll(AnySteps.ToArbitrary(), steps =>
        {
            var set = new RangeSet(steps.Select(s => s.Range));
            Assert.True(RangeSet.TryParse(set.ToString(), out var read));
            Assert.Equal(set.Runs, read.Runs);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("0-1048575, 2097152-4194303", 1048576 + 2097152)]
    [InlineData("", 0)]
    [InlineData("5-5", 1)]
    public void Reads_the_wire_format(string text, long count)
    {
        Assert.True(RangeSet.TryParse(text, out var set));
        Assert.Equal(count, set.Count);
    }

    [Theory]
    [InlineData("5-4")]
    [InlineData("-4")]
    [InlineData("4-")]
    [InlineData("+1-2")]
    [InlineData("1--2")]
    [InlineData("0-9223372036854775807")]
    [InlineData("0-9223372036854775808")]
    [InlineData("0-1,,3-4")]
    public void Refuses_what_is_not_the_wire_format(string text) => Assert.False(RangeSet.TryParse(text, out _));

    private static void AssertSame(bool[] bitmap, RangeSet set)
    {
        for (var i = 0; i < Size; i++)
            Assert.Equal(bitmap[i], set.Contains(new ByteRange(i, i + 1)));
        Assert.Equal(bitmap.Count(b => b), set.Count);
        for (var i = 1; i < set.Runs.Count; i++)
            Assert.True(set.Runs[i - 1].End < set.Runs[i].Start, "runs neither touch nor overlap");
    }
}
