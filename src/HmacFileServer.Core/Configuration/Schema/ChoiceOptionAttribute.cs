using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>One of the names of an enumeration, in snake case.</summary>
internal sealed class ChoiceOptionAttribute<T>(string description) : OptionAttribute(description)
    where T : struct, Enum
{
    private static readonly IReadOnlyList<(string Name, T Value)> Choices = [.. Enum.GetValues<T>().Select(value => (SnakeCase.Of(value.ToString()), value))];

    protected override string Expectation => string.Join(" or ", Choices.Select(choice => $"\"{choice.Name}\""));

    public override object? FromText(string text, OptionProblems problems)
    {
        foreach (var (name, value) in Choices)
        {
            if (name == text)
                return value;
        }
        return RefuseText(text, problems);
    }

    public override string ToToml(object? value) => TomlText.String(SnakeCase.Of(value!.ToString()!));
}
