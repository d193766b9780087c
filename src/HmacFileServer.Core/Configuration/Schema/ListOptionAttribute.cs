using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A list of texts; for properties of type IReadOnlyList. Outside the file: separated by commas, or a TOML array.</summary>
internal abstract class ListOptionAttribute<T>(string description) : OptionAttribute(description)
{
    public sealed override object? FromNode(TomlNode node, OptionProblems problems)
    {
        if (node is not TomlArray array)
            return RefuseKind(node, problems);
        var items = new List<T>(array.Count);
        foreach (var item in array)
        {
            problems.Position = item.Position;
            if (item is TomlString text)
                Add(items, text.Value, problems);
            else
                RefuseKind(item, problems);
        }
        problems.Position = null;
        return items.AsReadOnly();
    }

    public sealed override object? FromText(string text, OptionProblems problems)
    {
        if (text.TrimStart().StartsWith('['))
            return FromArrayText(text, problems);
        var items = new List<T>();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            Add(items, item, problems);
        return items.AsReadOnly();
    }

    public sealed override string ToToml(object? value) => $"[{string.Join(", ", ((IReadOnlyList<T>)value!).Select(item => TomlText.String(Write(item))))}]";

    /// <summary>Reads one item; null, after a refusal, for none.</summary>
    protected abstract T? Read(string text, OptionProblems problems);

    protected virtual string Write(T item) => item!.ToString()!;

    private object? FromArrayText(string text, OptionProblems problems)
    {
        try
        {
            var value = TomlReader.Read($"value = {text}", "").Root.Entries[0].Value;
            var result = FromNode(value, problems);
            problems.ForgetPositions();
            return result;
        }
        catch (TomlException e)
        {
            problems.Refuse($"not a TOML array: {e.Problem}");
            return null;
        }
    }

    private void Add(List<T> items, string text, OptionProblems problems)
    {
        var before = problems.Errors.Count;
        var item = Read(text, problems);
        if (problems.Errors.Count > before)
            return;
        if (items.Contains(item!))
            problems.Refuse(IsSecret ? "the same value stands in the list twice: remove one." : $"{OptionProblems.Show(text)} stands in the list twice: remove one.");
        else
            items.Add(item!);
    }
}
