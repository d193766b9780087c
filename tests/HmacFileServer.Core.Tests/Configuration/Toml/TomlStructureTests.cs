using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>Keys, headers and arrays of tables: what may be written, and what it makes.</summary>
public sealed class TomlStructureTests
{
    public static TheoryData<string, string> Documents => new()
    {
        // layout
        { "", "{}" }, { "\n\r\n\t \n", "{}" }, { "# comment", "{}" }, { "# comment é\t\n#\n#", "{}" }, { "\uFEFFa=1", "{a=1}" }, { "\uFEFF", "{}" },
        { "a=1\nb=2", "{a=1 b=2}" }, { "a=1\r\nb=2\r\n", "{a=1 b=2}" }, { "  a  =  1  ", "{a=1}" }, { "\ta\t=\t1\t", "{a=1}" },
        // keys
        { "A-Z_09=1", "{A-Z_09=1}" }, { "1234=1", "{1234=1}" }, { "-=1", "{-=1}" }, { "_=1", "{_=1}" }, { "true=1\ninf=2\n1979-05-27=3", "{true=1 inf=2 1979-05-27=3}" },
        { "\"x y\"=1", "{\"x y\"=1}" }, { "'x y'=1", "{\"x y\"=1}" }, { "\"\"=1", "{\"\"=1}" }, { "''=1", "{\"\"=1}" }, { "\"é\"=1", "{\"é\"=1}" },
        { "\"\\u0061\"=1", "{a=1}" }, { "'a\\b'=1", "{\"a\\\\b\"=1}" }, { "\"a.b\"=1\na.b=2", "{\"a.b\"=1 a={b=2}}" }, { "a=1\nA=2", "{a=1 A=2}" },
        { "a.b=1", "{a={b=1}}" }, { "a . b\t.\tc = 1", "{a={b={c=1}}}" }, { "a.'b c'.\"d\"=1", "{a={\"b c\"={d=1}}}" }, { "3.14=1", "{3={14=1}}" },
        { "a.b=1\na.c=2\nd=3\na.e=4", "{a={b=1 c=2 e=4} d=3}" }, { "''.''=1", "{\"\"={\"\"=1}}" }, { "a.b.c=1\na.d=2", "{a={b={c=1} d=2}}" },
        { "\"é\"=1\n\"e\\u0301\"=2", "{\"é\"=1 \"e\u0301\"=2}" },
        // headers
        { "[a]", "{a={}}" }, { "[a]\n[b]", "{a={} b={}}" }, { "[a]\nb=1\n[c]\nb=2", "{a={b=1} c={b=2}}" }, { "[a.b.c]\nd=1", "{a={b={c={d=1}}}}" },
        { "[ a . \"b\" . 'c' ]\nd=1", "{a={b={c={d=1}}}}" }, { "[a] # comment\nb=1", "{a={b=1}}" }, { "\t[a]\t\r\n\tb=1", "{a={b=1}}" },
        { "[a.b]\nx=1\n[a]\ny=2", "{a={b={x=1} y=2}}" }, { "[a.b]\n[a.c]\n[a]", "{a={b={} c={}}}" }, { "[a]\nx=1\n[b]\n[a.c]\ny=2", "{a={x=1 c={y=2}} b={}}" },
        { "r=1\n[a]\nr=2", "{r=1 a={r=2}}" }, { "[a]\nb.c=1\n[a.b.d]\ne=2", "{a={b={c=1 d={e=2}}}}" }, { "a.b=1\n[a.c]", "{a={b=1 c={}}}" }, { "['']\na=1", "{\"\"={a=1}}" },
        { "[a.b.c.d]\n[a.b]\n[a]\n[a.b.c]", "{a={b={c={d={}}}}}" }, { "[a]\nb.c.d=1\nb.e=2", "{a={b={c={d=1} e=2}}}" }, { "[\"[x]\"]\na=1", "{\"[x]\"={a=1}}" },
        { "[a]\nb={c=1}\n[d]", "{a={b={c=1}} d={}}" }, { "[a]\n[b.a]\n[a.b]", "{a={b={}} b={a={}}}" },
        // arrays of tables
        { "[[a]]", "{a=[[{}]]}" }, { "[[a]]\n[[a]]", "{a=[[{} {}]]}" }, { "[[a]]\nb=1\n[[a]]\nb=2", "{a=[[{b=1} {b=2}]]}" }, { "[[ a . b ]]\nc=1", "{a={b=[[{c=1}]]}}" },
        { "[[a]]\n[a.b]\nc=1\n[[a]]\n[a.b]\nc=2", "{a=[[{b={c=1}} {b={c=2}}]]}" }, { "[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]", "{a=[[{b=[[{} {}]]} {b=[[{}]]}]]}" },
        { "[[a.b]]\n[a]\nc=1", "{a={b=[[{}]] c=1}}" }, { "[[a]]\nb.c=1\n[[a.b.d]]", "{a=[[{b={c=1 d=[[{}]]}}]]}" }, { "[a]\nb=[{c=1}]\n[[d]]", "{a={b=[{c=1}]} d=[[{}]]}" },
        { "[[a]] # one\n[[a]] # two", "{a=[[{} {}]]}" }, { "[[a]]\n[a.b.c]\n[a.b]\nd=1", "{a=[[{b={c={} d=1}}]]}" }, { "[a]\n[[a.b]]\nx=1\n[[a.b]]\n[c]", "{a={b=[[{x=1} {}]]} c={}}" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_makes(string toml, string expected) => Assert.Equal(expected, TomlPrint.Print(toml));

    [Fact]
    public void Every_key_and_value_knows_where_it_stands()
    {
        var root = TomlReader.Read("# c\r\nfirst = 1\n\n[sect.\"ion\"]\n  \"é\" = [ 1,\n    'zwei' ]\n  'é😀' = true # \n[[list]]\n[[list]]\nx.y = {z = 1}\n", "t").Root;
        Assert.Equal(
            [
                "first k2:1 v2:9", "sect k4:2 v4:2", "sect.ion k4:7 v4:7", "sect.ion.é k5:3 v5:9", "sect.ion.é😀 k7:3 v7:10",
                "list k8:3 v8:3",
            ],
            Places(root, ""));
        var last = (TomlTable)((TomlArray)Find(root, "list"))[1];
        Assert.Equal(["x k10:1 v10:1", "x.y k10:3 v10:7", "x.y.z k10:8 v10:12"], Places(last, ""));
    }

    [Fact]
    public void Columns_count_characters_not_code_units()
    {
        var root = TomlReader.Read("'é😀' = [1, '😀', 2]", "t").Root;
        var array = (TomlArray)root.Entries[0].Value;
        Assert.Equal(new TomlPosition(1, 8), array.Position);
        Assert.Equal([9, 12, 17], array.Select(item => item.Position.Column));
    }

    [Fact]
    public void A_table_of_a_header_stands_at_its_key_and_entries_keep_their_order()
    {
        var root = TomlReader.Read("b = 1\na = 2\n\n  [ c.d ]\n[[e]]\n[[e]]\n", "t").Root;
        Assert.Equal(["b", "a", "c", "e"], root.Entries.Select(e => e.Key));
        Assert.Equal(new TomlPosition(4, 5), Find(root, "c").Position);
        Assert.Equal(new TomlPosition(4, 7), ((TomlTable)Find(root, "c")).Entries[0].Value.Position);
        Assert.Equal([5, 6], ((TomlArray)Find(root, "e")).Select(t => t.Position.Line));
    }

    private static TomlNode Find(TomlTable table, string key) => table.TryGet(key, out var entry) ? entry.Value : throw new KeyNotFoundException(key);

    private static IEnumerable<string> Places(TomlTable table, string prefix)
    {
        foreach (var e in table.Entries)
        {
            yield return $"{prefix}{e.Key} k{e.KeyPosition.Line}:{e.KeyPosition.Column} v{e.Value.Position.Line}:{e.Value.Position.Column}";
            if (e.Value is TomlTable inner)
            {
                foreach (var place in Places(inner, $"{prefix}{e.Key}."))
                    yield return place;
            }
        }
    }
}
