using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Transfers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Transfers;

public sealed class TransferPlanTests
{
    [Fact]
    public void Segments_come_in_order_and_cover_the_file()
    {
        var plan = new TransferPlan(1000);
        Assert.Equal(new ByteRange(0, 400), plan.Take("eth0", 400)!.Range);
        Assert.Equal(new ByteRange(400, 800), plan.Take("eth0", 400)!.Range);
        Assert.Equal(new ByteRange(800, 1000), plan.Take("eth0", 400)!.Range);
        Assert.Null(plan.Take("eth0", 400));
    }

    [Fact]
    public void A_small_rest_rides_on_the_last_segment()
    {
        var plan = new TransferPlan(450);
        Assert.Equal(new ByteRange(0, 450), plan.Take("eth0", 400)!.Range);
    }

    [Fact]
    public void What_the_server_holds_at_the_start_is_never_sent()
    {
        var plan = new TransferPlan(100, new RangeSet([new ByteRange(0, 40), new ByteRange(60, 100)]));
        Assert.Equal(new ByteRange(40, 60), plan.Take("eth0", 1000)!.Range);
        Assert.Null(plan.Take("eth0", 1000));
    }

    [Fact]
    public void Of_a_cut_segment_the_unsent_tail_is_free_at_once_and_the_rest_waits_for_the_server()
    {
        var plan = new TransferPlan(1000);
        var cut = plan.Take("eth0", 600)!;
        cut.AddHanded(200);
        plan.Cut(cut);

        Assert.Equal("0-199", plan.Uncertain.ToString());
        Assert.Equal(new ByteRange(200, 1000), plan.Take("wlan0", 800)!.Range);
        Assert.Null(plan.Take("wlan0", 800));

        plan.Resolve(plan.Uncertain.Clone(), new RangeSet([new ByteRange(0, 150)]));
        Assert.Equal(new ByteRange(150, 200), plan.Take("wlan0", 800)!.Range);
    }

    [Fact]
    public void An_answer_from_before_a_cut_says_nothing_of_what_the_cut_left_in_doubt()
    {
        var plan = new TransferPlan(1000);
        var first = plan.Take("eth0", 500)!;
        var second = plan.Take("eth0", 500)!;
        first.AddHanded(500);
        plan.Cut(first);
        var asked = plan.Uncertain.Clone();
        second.AddHanded(500);
        plan.Cut(second);

        plan.Resolve(asked, new RangeSet([new ByteRange(0, 500)]));

        Assert.Equal("500-999", plan.Uncertain.ToString());
        Assert.Null(plan.Take("wlan0", 500));
    }

    [Fact]
    public void An_empty_file_is_one_empty_segment()
    {
        var plan = new TransferPlan(0);
        var segment = plan.Take("eth0", 100)!;
        Assert.True(segment.Range.IsEmpty);
        Assert.Null(plan.Take("eth0", 100));
        plan.Cut(segment);
        Assert.NotNull(plan.Take("eth0", 100));
    }

    [Fact]
    public void A_segment_of_an_earlier_plan_ends_nothing()
    {
        var old = new TransferPlan(100).Take("eth0", 100)!;
        var plan = new TransferPlan(100);
        plan.Take("eth0", 100);
        plan.Complete(old);
        Assert.False(plan.IsComplete);
        Assert.Single(plan.Outstanding);
    }

    /// <summary>
    /// A server of our own keeps what truly arrived, connections die at random, answers come late: the file ends complete, and
    /// no byte that was acknowledged is ever handed to a socket again.
    /// </summary>
    [Fact]
    public void Whatever_is_cut_every_byte_arrives_and_no_acknowledged_byte_is_handed_over_again()
    {
        var seeds = Gen.Choose(1, int.MaxValue).ToArbitrary();
        Prop.ForAll(seeds, seed => Simulate(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    private static void Simulate(Random random)
    {
        var length = random.Next(0, 5000);
        var plan = new TransferPlan(length);
        var server = new RangeSet();
        var live = new List<Segment>();
        for (var step = 0; step < 100_000 && (!plan.IsComplete || (length == 0 && step == 0)); step++)
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    if (plan.Take("p" + random.Next(3), random.Next(1, 700)) is { } taken)
                    {
                        Assert.False(plan.Acknowledged.Overlaps(taken.Range), "an acknowledged byte was given out");
                        Assert.DoesNotContain(live, s => s.Range.Overlaps(taken.Range));
                        live.Add(taken);
                    }
                    break;
                case 2 or 3 when live.Count > 0:
                    var sending = live[random.Next(live.Count)];
                    var more = random.Next(0, (int)(sending.Range.Length - sending.Handed) + 1);
                    sending.AddHanded(more);
                    server.Add(sending.Range with { End = sending.Range.Start + random.NextInt64(0, sending.Handed + 1) });
                    if (sending.Handed == sending.Range.Length && random.Next(2) == 0)
                    {
                        server.Add(sending.Range);
                        live.Remove(sending);
                        plan.Complete(sending);
                    }
                    break;
                case 4 when live.Count > 0:
                    var dying = live[random.Next(live.Count)];
                    live.Remove(dying);
                    plan.Cut(dying);
                    break;
                case 5:
                    plan.Resolve(plan.Uncertain.Clone(), server.Clone());
                    break;
            }
            var accounted = plan.Acknowledged.Clone();
            foreach (var run in plan.Uncertain.Runs)
                Assert.Equal(run.Length, accounted.Add(run));
            Assert.True(accounted.Count + plan.FreeBytes + plan.Outstanding.Sum(s => s.Range.Length) >= length);
        }
        Assert.True(plan.IsComplete);
    }
}
