using System.CommandLine;
using System.CommandLine.Completions;

namespace HmacFileServer.Cli.Help;

/// <summary>A command as it is documented and completed: read from what is parsed, so that neither can lag behind.</summary>
internal sealed record CommandModel(string Name, string Description, string Arguments, IReadOnlyList<OptionModel> Options, IReadOnlyList<string> Examples)
{
    /// <summary>Every command below the root, in its order.</summary>
    public static IReadOnlyList<CommandModel> Of(RootCommand root) =>
    [
        .. root.Subcommands.Select(c => new CommandModel(
            c.Name, c.Description ?? "", string.Join(' ', c.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $"[{a.Name}]" : a.Name)),
            [.. c.Options.Where(o => !o.Hidden).Select(OptionModel.Of)],
            c is ExampleCommand with ? with.Examples : [])),
    ];
}

/// <summary>An option.</summary>
/// <param name="Names">As they are written, the long one first.</param>
/// <param name="Description">In words.</param>
/// <param name="Value">What its value is called; null for a switch.</param>
/// <param name="Values">The values that it may have; empty for any.</param>
internal sealed record OptionModel(IReadOnlyList<string> Names, string Description, string? Value, IReadOnlyList<string> Values)
{
    public bool IsFile => Value is "FILE";

    public static OptionModel Of(Option option)
    {
        IReadOnlyList<string> values = option.ValueType == typeof(bool) || option.ValueType == typeof(void)
            ? []
            : [.. option.GetCompletions(CompletionContext.Empty).Select(c => c.Label).Order(StringComparer.Ordinal)];
        var takesValue = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
        string[] names = [option.Name, .. option.Aliases];
        return new OptionModel([.. names.Where(n => n.StartsWith('-') && n != "-?").Distinct().OrderByDescending(n => n.Length)], option.Description ?? "",
            takesValue ? option.HelpName ?? (values.Count > 0 ? string.Join('|', values) : "VALUE") : null, values);
    }
}
