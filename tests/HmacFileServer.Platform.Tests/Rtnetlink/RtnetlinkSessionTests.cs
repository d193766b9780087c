using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Platform.Linux.Rtnetlink;

namespace HmacFileServer.Platform.Tests.Rtnetlink;

/// <summary>The conversation with the kernel, with the test in the kernel's place.</summary>
public sealed class RtnetlinkSessionTests
{
    private const uint Port = 4711;
    private readonly RtnetlinkSession _session = new(Port);

    [Fact]
    public void Links_addresses_and_routes_are_asked_for_one_after_the_other()
    {
        var (type, sequence) = Next();
        Assert.Equal(NetlinkProtocol.GetLink, type);
        Assert.Null(TryNext()); // one question at a time
        Answer(sequence, w => w.Link(1, "eth0"));
        Assert.False(_session.IsSettled);
        (type, sequence) = Next();
        Assert.Equal(NetlinkProtocol.GetAddress, type);
        Answer(sequence, w => w.Address(1, "198.18.0.1"));
        (type, sequence) = Next();
        Assert.Equal(NetlinkProtocol.GetRoute, type);
        Answer(sequence, w => w.Route("0.0.0.0/0", 1, "198.18.0.2"));
        Assert.True(_session.IsSettled);
        Assert.Null(TryNext());
        Assert.Single(_session.Tables.Links);
    }

    [Fact]
    public void A_request_is_a_well_formed_dump()
    {
        var buffer = new byte[RtnetlinkRequest.MaxLength];
        Assert.True(_session.TryNextRequest(buffer, out var length));
        Assert.Equal(length, MemoryMarshal.Read<int>(buffer));
        Assert.Equal(0x301, MemoryMarshal.Read<ushort>(buffer.AsSpan(6))); // request, dump
        Assert.Equal(0u, MemoryMarshal.Read<uint>(buffer.AsSpan(12)));     // the kernel fills in who asks
        var check = RtnetlinkSession.WriteCheck(buffer, 9);
        Assert.Equal(40, check);
        Assert.Equal(1, MemoryMarshal.Read<ushort>(buffer.AsSpan(6)));
        Assert.Equal(9, MemoryMarshal.Read<int>(buffer.AsSpan(20)));
    }

    [Fact]
    public void An_interrupted_dump_is_repeated_and_sweeps_nothing()
    {
        Settle();
        Assert.Single(_session.Tables.Links);
        _session.Ask(KernelTable.Links);
        var (_, sequence) = Next();
        _session.Receive(new MessageWriter(sequence, Port).Done(flags: NetlinkProtocol.DumpInterrupted | 2).Bytes);
        Assert.Single(_session.Tables.Links);
        (var type, sequence) = Next();
        Assert.Equal(NetlinkProtocol.GetLink, type);
        Answer(sequence, _ => { });
        Assert.Empty(_session.Tables.Links);
    }

    [Fact]
    public void An_announcement_amid_a_dump_of_the_same_table_repeats_it()
    {
        var (_, sequence) = Next();
        _session.Receive(new MessageWriter().Link(1, "eth0").Bytes);
        Answer(sequence, w => w.Link(1, "eth0", flags: 0x1002)); // what stood behind it in the queue was older
        (var type, sequence) = Next();
        Assert.Equal(NetlinkProtocol.GetLink, type);
        _session.Receive(new MessageWriter().Address(1, "198.18.0.1").Bytes); // another table
        Answer(sequence, w => w.Link(1, "eth0"));
        Assert.Equal(NetlinkProtocol.GetAddress, Next().Type);
    }

    [Fact]
    public void A_table_that_never_rests_is_accepted_after_a_few_dumps()
    {
        var dumps = 0;
        while (Next() is { Type: NetlinkProtocol.GetLink, Sequence: var sequence })
        {
            Assert.InRange(++dumps, 1, 10);
            _session.Receive(new MessageWriter().Link(1, "eth0").Bytes);
            Answer(sequence, _ => { });
        }
        Assert.InRange(dumps, 2, 10);
    }

    [Fact]
    public void After_an_overflow_everything_is_asked_again_and_late_answers_are_ignored()
    {
        Settle();
        _session.Ask(KernelTable.Links);
        var (_, old) = Next();
        _session.Lost();
        var (type, sequence) = Next();
        Assert.Equal(NetlinkProtocol.GetLink, type);
        Answer(old, w => w.Link(99, "ghost"));
        Assert.DoesNotContain(_session.Tables.Links, l => l.Index == 99);
        Assert.True(_session.AwaitsAnswer);
        Answer(sequence, w => w.Link(1, "eth0"));
        Assert.Equal(NetlinkProtocol.GetAddress, Next().Type);
    }

    [Fact]
    public void A_refusal_is_asked_again_but_not_for_ever()
    {
        const int busy = 16;
        var asked = 0;
        while (Next() is { Type: NetlinkProtocol.GetLink, Sequence: var sequence })
        {
            Assert.InRange(++asked, 1, 20);
            _session.Receive(new MessageWriter(sequence, Port).Error(busy).Bytes);
        }
        Assert.InRange(asked, 2, 20);
        Assert.Equal(busy, _session.Refusal!.Error);
    }

    [Fact]
    public void The_answer_to_a_check_is_taken_while_a_dump_is_under_way()
    {
        Settle();
        _session.Ask(KernelTable.Routes);
        var (_, sequence) = Next();
        var check = new byte[RtnetlinkRequest.MaxLength];
        RtnetlinkSession.WriteCheck(check, 1);
        var checkSequence = MemoryMarshal.Read<uint>(check.AsSpan(8));
        _session.Receive(new MessageWriter(checkSequence, Port).Link(1, "eth0", flags: 0x1003, state: 2).Bytes);
        _session.Receive(new MessageWriter(checkSequence, Port).Error(19).Bytes);
        Assert.False(Assert.Single(_session.Tables.Links).HasCarrier);
        Assert.Null(_session.Refusal);
        Answer(sequence, _ => { });
        Assert.True(_session.IsSettled);
    }

    [Fact]
    public void No_bytes_break_it() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var session = new RtnetlinkSession(Port);
            session.TryNextRequest(new byte[RtnetlinkRequest.MaxLength], out _);
            session.Receive(bytes);
        }).QuickCheckThrowOnFailure();

    /// <summary>Random bytes rarely get past the header; damaged messages do.</summary>
    [Fact]
    public void No_damage_to_a_message_breaks_it()
    {
        byte[] hops = [.. MessageWriter.Hop(1, "198.18.0.2"), .. MessageWriter.Hop(2, "198.18.1.2")];
        var intact = new MessageWriter(1, Port).Link(1, "eth0", kind: "veth").Address(1, "2001:db8::1").Address(1, "198.18.0.1", peer: "198.18.0.2")
            .Route("198.18.0.0/15", 1, "198.18.0.2").Route("2001:db8::/32", 1, "fe80::1").Route("0.0.0.0/0", 0, multipath: hops).Error(22).Done().Bytes;
        var damage = from places in Gen.Choose(0, intact.Length - 1).ArrayOf(6)
                     from values in Gen.Choose(0, 255).ArrayOf(6)
                     from length in Gen.Choose(0, intact.Length)
                     select (places, values, length);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(damage.ToArbitrary(), how =>
        {
            var bytes = intact.ToArray();
            foreach (var (place, value) in how.places.Zip(how.values))
                bytes[place] = (byte)value;
            var session = new RtnetlinkSession(Port);
            session.TryNextRequest(new byte[RtnetlinkRequest.MaxLength], out _);
            session.Receive(bytes.AsSpan(0, how.length));
            _ = session.Tables.Routes();
            _ = session.Tables.UsableAddresses();
        }));
    }

    private void Settle()
    {
        while (TryNext() is var (type, sequence))
        {
            Answer(sequence, w => _ = type switch
            {
                NetlinkProtocol.GetLink => w.Link(1, "eth0"),
                NetlinkProtocol.GetAddress => w.Address(1, "198.18.0.1"),
                _ => w.Route("0.0.0.0/0", 1, "198.18.0.2"),
            });
        }
        Assert.True(_session.IsSettled);
    }

    private void Answer(uint sequence, Action<MessageWriter> write)
    {
        var writer = new MessageWriter(sequence, Port);
        write(writer);
        _session.Receive(writer.Done().Bytes);
    }

    private (ushort Type, uint Sequence) Next() => TryNext() ?? throw new InvalidOperationException("No request was due.");

    private (ushort Type, uint Sequence)? TryNext()
    {
        var buffer = new byte[RtnetlinkRequest.MaxLength];
        return _session.TryNextRequest(buffer, out _) ? (MemoryMarshal.Read<ushort>(buffer.AsSpan(4)), MemoryMarshal.Read<uint>(buffer.AsSpan(8))) : null;
    }
}
