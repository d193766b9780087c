using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Collects what is wrong with one value; a list can have several problems.</summary>
internal sealed class OptionProblems
{
    private readonly List<(TomlPosition? Position, string Problem)> _errors = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<(TomlPosition? Position, string Problem)> Errors => _errors;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The item of a list that is being read; null for the value as a whole.</summary>
    public TomlPosition? Position { get; set; }

    public void Refuse(string problem) => _errors.Add((Position, problem));

    public void Warn(string problem) => _warnings.Add(problem);

    /// <summary>For text that came from no file: the places in it mean nothing to the operator.</summary>
    public void ForgetPositions()
    {
        for (var i = 0; i < _errors.Count; i++)
            _errors[i] = (null, _errors[i].Problem);
    }

    /// <summary>A text as messages may show it: on one line, and not longer than one.</summary>
    public static string Show(string text) => TomlText.String(text.Length <= 60 ? text : text[..60] + "...");
}
