using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>What holds for every input: no other exception than TomlException, and what was written is read again.</summary>
public sealed class TomlPropertyTests
{
    /// <summary>Pieces of TOML in random order come much deeper into the reader than random bytes do.</summary>
    private static readonly string[] Pieces =
    [
        "a", "b", "a.b", "'a'", "\"b\"", "=", " = ", "[", "]", "[[", "]]", "{", "}", ",", ".", "#", "\n", "\r\n", "\r", " ", "\t", "1", "-", "+", "_", "0x", "1.5", "e",
        "true", "inf", "1979-05-27", "T", "07:32:00", "Z", "\"", "'", "\"\"\"", "'''", "\\", "\\u00", "\\n", "\0", "é", "😀", "[a]\n", "[[a]]\n", "a = 1\n", "b = {a = 1}\n",
    ];

    [Fact]
    public void Random_bytes_are_read_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => ReadsOrRefuses(() => TomlReader.Read(bytes, "t"))).Check(Runs(2000));

    [Fact]
    public void Random_text_is_read_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => text is null || ReadsOrRefuses(() => TomlReader.Read(text, "t"))).Check(Runs(2000));

    [Fact]
    public void Random_pieces_of_TOML_are_read_or_refused() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().ToArbitrary(), pieces => ReadsOrRefuses(() => TomlReader.Read(string.Concat(pieces), "t"))).Check(Runs(20_000));

    [Fact]
    public void A_document_with_one_byte_changed_is_read_or_refused()
    {
        var document = "a.'b' = 1 # c\n[x]\ny = [\"\\u00e9\", 1979-05-27 07:32:00Z, {z = 0x1F}]\n[[l]]\nm = '''\nx'''\r\n[[l]]\nn = -1.5e+3\n"u8.ToArray();
        var arbitrary = Gen.Choose(0, document.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(value => (at, (byte)value))).ToArbitrary();
        Prop.ForAll(arbitrary, change =>
        {
            var changed = document.ToArray();
            changed[change.at] = change.Item2;
            return ReadsOrRefuses(() => TomlReader.Read(changed, "t"));
        }).Check(Runs(5000));
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Prop.ForAll(TomlGenerator.Table(3).ToArbitrary(), table =>
        {
            var expected = table.Print();
            return TomlPrint.Print(table.WriteSections()) == expected
                && TomlPrint.Print($"root = {table.WriteInline()}") == $"{{root={expected}}}";
        }).Check(Runs(1000));

    [Fact]
    public void Any_string_survives_quoting() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var value = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? "")); // lone surrogates become U+FFFD
            var entry = TomlReader.Read($"{TomlText.Key(value)} = {TomlText.String(value)}", "t").Root.Entries[0];
            return entry.Key == value && ((TomlString)entry.Value).Value == value;
        }).Check(Runs(2000));

    [Fact]
    public void A_message_never_shows_a_value()
    {
        const string secret = "Xq7secretXq7";
        string[] broken =
        [
            $"s = {secret}", $"s = \"{secret}", $"s = '{secret}", $"s = \"\"\"{secret}", $"s = \"{secret}\" x", $"s = \"a\" {secret}", $"s = [\"{secret}\"", $"s = [{secret}]",
            $"s = \"\\q{secret}\"", $"s = \"{secret}\\q\"", $"s = {{ t = \"{secret}\"", $"s = 1{secret}", $"s = \"{secret}\"\ns = \"{secret}\"", $"s = \"{secret}\"\n[s]", $"s = \"{secret}\0\"",
        ];
        foreach (var text in broken)
        {
            var error = Assert.Throws<TomlException>(() => TomlReader.Read(text, "t"));
            Assert.DoesNotContain("Xq7", error.ToString(), StringComparison.Ordinal);
        }
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(200);

    private static bool ReadsOrRefuses(Func<TomlDocument> read)
    {
        try
        {
            return read().Root is not null;
        }
        catch (TomlException e)
        {
            return e.Line >= 1 && e.Column >= 1 && e.Message.Length > 10;
        }
    }
}
