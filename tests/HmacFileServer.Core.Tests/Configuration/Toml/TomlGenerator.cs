using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Tests.Configuration.Toml;

/// <summary>Random documents that know how they print and the ways in which they can be written.</summary>
internal static class TomlGenerator
{
    private static readonly Gen<string> Text = Gen.Elements("a", "B", "-", "_", "é", "😀", " ", ".", "\"", "'", "\\", "\n", "\t", "\0", "\u007f", "#", "=").ListOf().Select(string.Concat);

    private static readonly Gen<Node> Scalar = Gen.OneOf(
        Text.Select(s => new Node(TomlText.String(s), TomlText.String(s))),
        ArbMap.Default.GeneratorFor<long>().Select(i => new Node(i.ToString(CultureInfo.InvariantCulture), i.ToString(CultureInfo.InvariantCulture))),
        ArbMap.Default.GeneratorFor<long>().Select(i => Math.Abs(i % long.MaxValue)).Select(i => new Node($"0x{i:x}", i.ToString(CultureInfo.InvariantCulture))),
        ArbMap.Default.GeneratorFor<bool>().Select(b => new Node(b ? "true" : "false", b ? "true" : "false")),
        ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).Select(FloatNode));

    public static Gen<Node> Table(int depth) =>
        Text.Zip(Value(depth)).ListOf().Select(entries => new Node(entries.DistinctBy(e => e.Item1).ToList()));

    private static Gen<Node> Value(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency(
            (4, Scalar),
            (1, Value(depth - 1).ListOf().Resize(4).Select(items => new Node(items.ToList()))),
            (2, Table(depth - 1).Resize(4)));

    private static Node FloatNode(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        text = text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
        return new Node(text, text);
    }

    /// <summary>A scalar, an array or a table.</summary>
    internal sealed record Node
    {
        private readonly string? _written;
        private readonly string? _printed;
        private readonly List<Node>? _items;
        private readonly List<(string Key, Node Value)>? _entries;

        public Node(string written, string printed) => (_written, _printed) = (written, printed);

        public Node(List<Node> items) => _items = items;

        public Node(List<(string Key, Node Value)> entries) => _entries = entries;

        public string Print() => _printed
            ?? (_items is not null ? $"[{string.Join(' ', _items.Select(i => i.Print()))}]" : $"{{{string.Join(' ', Ordered().Select(e => $"{TomlText.Key(e.Key)}={e.Value.Print()}"))}}}");

        public string WriteInline() => _written
            ?? (_items is not null ? $"[{string.Join(", ", _items.Select(i => i.WriteInline()))}]" : $"{{{string.Join(", ", Ordered().Select(e => $"{TomlText.Key(e.Key)} = {e.Value.WriteInline()}"))}}}");

        public string WriteSections(string prefix = "")
        {
            var lines = Ordered().Select(e => e.Value._entries is null
                ? $"{TomlText.Key(e.Key)} = {e.Value.WriteInline()}\n"
                : $"[{prefix}{TomlText.Key(e.Key)}]\n{e.Value.WriteSections($"{prefix}{TomlText.Key(e.Key)}.")}");
            return string.Concat(lines);
        }

        /// <summary>Plain keys before tables: below a header every line belongs to it.</summary>
        private IEnumerable<(string Key, Node Value)> Ordered() => _entries!.OrderBy(e => e.Value._entries is not null);
    }
}
