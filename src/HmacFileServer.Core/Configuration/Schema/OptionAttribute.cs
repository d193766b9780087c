using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Makes a property an option. Each kind of value is a subclass that reads, checks and writes it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class OptionAttribute(string description) : Attribute
{
    /// <summary>One line for the operator.</summary>
    public string Description { get; } = description;

    /// <summary>True if neither messages nor reports may show the value.</summary>
    public virtual bool IsSecret => false;

    /// <summary>What to write, with an example: "a size, like "512KB"".</summary>
    protected abstract string Expectation { get; }

    /// <summary>Reads a value of the file. The result counts only if no problem was added.</summary>
    public virtual object? FromNode(TomlNode node, OptionProblems problems) =>
        node is TomlString text ? FromText(text.Value, problems) : RefuseKind(node, problems);

    /// <summary>Reads a value of the environment or the command line.</summary>
    public abstract object? FromText(string text, OptionProblems problems);

    /// <summary>Writes a value as TOML.</summary>
    public abstract string ToToml(object? value);

    protected object? RefuseKind(TomlNode node, OptionProblems problems)
    {
        problems.Refuse($"{node.KindName} does not fit here: write {Expectation}.");
        return null;
    }

    protected object? RefuseText(string text, OptionProblems problems)
    {
        problems.Refuse(IsSecret ? $"the value does not fit: write {Expectation}." : $"{OptionProblems.Show(text)} does not fit: write {Expectation}.");
        return null;
    }
}
