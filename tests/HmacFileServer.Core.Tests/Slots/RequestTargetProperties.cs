using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Core.Tests.Slots;

/// <summary>What holds for every name and for every sequence of bytes.</summary>
public sealed class RequestTargetProperties
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000);

    // Names as people give them, and as attackers do: any scalar value, with the ones that mean something made frequent.
    private static readonly Gen<string> Segment =
        from runes in Gen.Frequency(
            (4, Gen.Elements("%2F", "%", "+", " ", "?", "#", "&", "=", ";", ".", "..", "~", "\\", "é", "😀", "\u202e", "%25", ":").Select(s => s)),
            (3, Gen.Choose(0x20, 0x7e).Select(c => ((char)c).ToString())),
            (2, Gen.Choose(0xa0, 0xd7ff).Select(char.ConvertFromUtf32)),
            (1, Gen.Choose(0x10000, 0x10ffff).Select(char.ConvertFromUtf32))).NonEmptyListOf()
        select string.Concat(runes);

    private static readonly Gen<byte[]> Target =
        from pieces in Gen.Frequency(
            (3, Gen.Elements("/", "%", "%2", "%2f", "%2e", "..", "%00", "%C3", "%A9", "%ff", "?", "&", "=", "#", "http://", "up", "+").Select(Encoding.ASCII.GetBytes)),
            (1, Gen.Choose(0, 255).Select(b => new[] { (byte)b }))).ListOf()
        from rooted in Gen.Elements("/"u8.ToArray(), [])
        select rooted.Concat(pieces.SelectMany(p => p)).ToArray();

    [Fact]
    public void What_a_url_was_built_from_is_what_the_parser_reads()
    {
        var cases = from segments in Segment.NonEmptyListOf()
                    from basePath in Gen.Elements("/", "/up/", "/a%20b/c")
                    select (Path: SlotPath.FromDecodedSegments(segments), basePath);
        Prop.ForAll(cases.Where(c => c.Path is not null).ToArbitrary(), c =>
        {
            var url = SlotUrl.Build(new Uri("http://files.example:8080" + c.basePath), c.Path!, "v=1");
            var parser = new RequestTargetParser(c.basePath);
            var absolute = parser.Parse(url);
            var origin = parser.Parse(url.AsSpan("http://files.example:8080".Length));
            var sent = parser.Parse(new Uri(url).PathAndQuery); // what HttpClient makes of it
            return c.Path!.Equals(absolute.Target?.Path) && c.Path.Equals(origin.Target?.Path) && c.Path.Equals(sent.Target?.Path)
                && origin.Target!.Query.Has("v");
        }).Check(Many);
    }

    [Fact]
    public void Every_escaping_of_a_name_gives_the_same_path()
    {
        var cases = from name in Segment
                    from seed in Gen.Choose(0, int.MaxValue)
                    where SlotPath.FromDecodedSegments([name]) is not null
                    select (name, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var random = new Random(c.seed);
            var target = new StringBuilder("/");
            foreach (var b in Encoding.UTF8.GetBytes(c.name))
            {
                var mustEscape = b is > 0x7e or <= 0x20 or (byte)'%' or (byte)'#' or (byte)'?' or (byte)'/';
                if (mustEscape || random.Next(2) == 0)
                    target.Append('%').Append(random.Next(2) == 0 ? $"{b:x2}" : $"{b:X2}");
                else
                    target.Append((char)b);
            }
            return new RequestTargetParser().Parse(target.ToString()).Target?.Path.Value == c.name;
        }).Check(Many);
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_is_accepted_is_safe()
    {
        var parser = new RequestTargetParser("/up");
        Prop.ForAll(Target.ToArbitrary(), bytes =>
        {
            var result = parser.Parse(bytes);
            if (result.Target is not { } target)
                return result.Fault != RequestTargetFault.None;
            return target.Path.Segments.All(s => s.Length > 0 && s is not "." and not ".." && !s.Contains('/') && !s.Any(char.IsControl))
                && result.Fault == RequestTargetFault.None;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }
}
