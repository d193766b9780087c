using System.Buffers.Binary;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Client.Names;

namespace HmacFileServer.Client.Tests.Names;

/// <summary>DNS messages as bytes: what is asked, what is read, and what is refused.</summary>
public sealed class DnsMessageTests
{
    private const int Question1 = 12; // where the question's name begins

    private static readonly byte[] Question = DnsMessage.Question(0x1234, "up.example.org", DnsMessage.TypeA);

    [Fact]
    public void A_question_is_what_RFC_1035_says() => Assert.Equal(
        "123401000001000000000000027570076578616D706C65036F72670000010001",
        Convert.ToHexString(Question));

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.b\u00fc.c")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.org")]
    public void A_name_that_DNS_cannot_know_is_not_asked_for(string name) => Assert.Throws<FormatException>(() => DnsMessage.Question(1, name, DnsMessage.TypeA));

    [Fact]
    public void Addresses_are_read_by_a_pointer_to_the_question()
    {
        var answer = DnsMessage.Read(Question, Answer(Record("C00C", DnsMessage.TypeA, "C0000201"), Record("C00C", DnsMessage.TypeA, "C0000202")));
        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")], answer!.Addresses);
    }

    [Fact]
    public void An_alias_is_followed_and_others_addresses_are_not_taken()
    {
        var target = Wire("cdn.example.net");
        var answer = DnsMessage.Read(Question, Answer(
            Record(Wire("evil.example.com"), DnsMessage.TypeA, "CB007101"),
            Record("C00C", 5, target),
            Record(Wire("CDN.example.NET"), DnsMessage.TypeA, "C0000207"),
            Record("C00C", DnsMessage.TypeA, "C0000208"))); // the alias itself has no address beside what it leads to
        Assert.Equal([IPAddress.Parse("192.0.2.7")], answer!.Addresses);
    }

    [Fact]
    public void Addresses_of_version_6_are_read()
    {
        var question = DnsMessage.Question(7, "up.example.org", DnsMessage.TypeAaaa);
        var message = Answer(question, 0x8180, Record("C00C", DnsMessage.TypeAaaa, "20010DB8000000000000000000000001"), Record("C00C", DnsMessage.TypeA, "C0000201"));
        Assert.Equal([IPAddress.Parse("2001:db8::1")], DnsMessage.Read(question, message)!.Addresses);
    }

    [Fact]
    public void Another_question_or_another_id_is_no_answer()
    {
        var sound = Answer(Record("C00C", DnsMessage.TypeA, "C0000201"));
        Assert.NotNull(DnsMessage.Read(Question, sound));
        Assert.Null(DnsMessage.Read(DnsMessage.Question(0x1235, "up.example.org", DnsMessage.TypeA), sound));
        Assert.Null(DnsMessage.Read(DnsMessage.Question(0x1234, "us.example.org", DnsMessage.TypeA), sound));
        Assert.Null(DnsMessage.Read(DnsMessage.Question(0x1234, "up.example.org", DnsMessage.TypeAaaa), sound));
        Assert.Null(DnsMessage.Read(Question, Question)); // a question is no answer
    }

    [Fact]
    public void Letters_may_come_back_in_another_case()
    {
        var message = Answer(Record("C00C", DnsMessage.TypeA, "C0000201"));
        message[Question1 + 1] = (byte)'U';
        Assert.Single(DnsMessage.Read(Question, message)!.Addresses);
    }

    [Theory]
    [InlineData(0x8380, true, true)]   // truncated
    [InlineData(0x8183, false, true)]  // no such name
    [InlineData(0x8182, false, false)] // the server failed
    [InlineData(0x8185, false, false)] // refused
    public void What_the_flags_say_is_told(int flags, bool isTruncated, bool isKnown)
    {
        var answer = DnsMessage.Read(Question, Answer(Question, flags));
        Assert.Equal((isTruncated, isKnown), (answer!.IsTruncated, answer.IsKnown));
        Assert.Empty(answer.Addresses);
    }

    [Theory]
    [InlineData("C020")]       // to itself: 0x20 is where this record begins
    [InlineData("C022")]       // ahead
    [InlineData("01618020")]   // a reserved kind of label
    [InlineData("3F61")]       // longer than what is left
    [InlineData("C0")]         // half a pointer
    public void A_name_that_does_not_end_is_refused(string name)
    {
        // Behind it stands all that a record needs, where it can.
        Assert.Null(DnsMessage.Read(Question, Answer(name)));
        if (name is not ("3F61" or "C0"))
            Assert.Null(DnsMessage.Read(Question, Answer(Record(name, DnsMessage.TypeA, "C0000201"))));
    }

    [Fact]
    public void Two_names_that_point_at_each_other_are_refused()
    {
        // At 0x20 a label and a pointer back into the alias' own target, which points at 0x20.
        var message = Answer(Record("C00C", 5, "0161C02C"), Record("C02C", DnsMessage.TypeA, "C0000201"));
        Assert.Null(DnsMessage.Read(Question, message));
    }

    [Theory]
    [InlineData("C00C0001000100000000" + "0005" + "C000020101")] // an address of five octets
    [InlineData("C00C0001000100000000" + "0004" + "C00002")]     // and one that lacks the fourth
    [InlineData("C00C000100010000")]                             // ends in the middle
    public void A_record_that_is_not_whole_is_refused(string record) => Assert.Null(DnsMessage.Read(Question, Answer(record)));

    [Fact]
    public void Garbage_never_does_harm()
    {
        Prop.ForAll<byte[]>(bytes => Survives(bytes)).QuickCheckThrowOnFailure();
        // The same behind the head of a real answer, where there is something to read.
        Prop.ForAll<byte[], ushort>((bytes, count) =>
        {
            var message = Answer(Convert.ToHexString(bytes));
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), count);
            Survives(message);
        }).QuickCheckThrowOnFailure();
        var sound = Answer(Record("C00C", 5, Wire("a.b")), Record(Wire("a.b"), DnsMessage.TypeA, "C0000201"));
        Prop.ForAll<NonNegativeInt, byte>((at, value) =>
        {
            var damaged = sound.ToArray();
            damaged[at.Get % damaged.Length] = value;
            Survives(damaged);
            Survives(damaged[..(at.Get % damaged.Length)]);
        }).QuickCheckThrowOnFailure();
    }

    private static void Survives(byte[] message)
    {
        if (DnsMessage.Read(Question, message) is { } answer)
            Assert.All(answer.Addresses, a => Assert.Equal(System.Net.Sockets.AddressFamily.InterNetwork, a.AddressFamily));
    }

    private static byte[] Answer(params string[] records) => Answer(Question, 0x8180, records);

    private static byte[] Answer(byte[] question, int flags, params string[] records)
    {
        byte[] message = [.. question, .. records.SelectMany(Convert.FromHexString)];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)records.Length);
        return message;
    }

    /// <summary>A record of class IN that lives a minute, in hexadecimal.</summary>
    private static string Record(string owner, int type, string data) => $"{owner}{type:X4}00010000003C{data.Length / 2:X4}{data}";

    private static string Wire(string name) => string.Concat(name.Split('.').Select(l => $"{l.Length:X2}{Convert.ToHexString(Encoding.ASCII.GetBytes(l))}")) + "00";
}
