using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>A duration; for properties of type TimeSpan.</summary>
internal sealed class DurationOptionAttribute(string description) : OptionAttribute(description)
{
    /// <summary>The shortest duration that is accepted.</summary>
    public string Min { get; init; } = "0";

    /// <summary>The longest one: a hundred years, so that adding it to a date cannot overflow.</summary>
    public string Max { get; init; } = "36500d";

    protected override string Expectation => "a duration with its unit, like \"500ms\", \"30s\", \"5m\", \"24h\", \"7d\" or \"1h30m\"";

    public override object? FromNode(TomlNode node, OptionProblems problems) =>
        node is TomlInteger { Value: 0 } ? Check(TimeSpan.Zero, problems) : base.FromNode(node, problems);

    public override object? FromText(string text, OptionProblems problems) =>
        Duration.TryParse(text, out var duration) ? Check(duration, problems) : RefuseText(text, problems);

    public override string ToToml(object? value) => TomlText.String(Duration.Format((TimeSpan)value!));

    private TimeSpan Check(TimeSpan duration, OptionProblems problems)
    {
        if (Duration.TryParse(Min, out var least) && duration < least)
            problems.Refuse($"\"{Duration.Format(duration)}\" is too short: write at least \"{Min}\".");
        else if (Duration.TryParse(Max, out var most) && duration > most)
            problems.Refuse($"\"{Duration.Format(duration)}\" is too long: write at most \"{Max}\".");
        return duration;
    }
}
