using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>What one reading has to say.</summary>
internal sealed class MessageList
{
    public List<ConfigurationMessage> Errors { get; } = [];

    public List<ConfigurationMessage> Warnings { get; } = [];

    public void Warn(string fileName, TomlPosition position, string key, string problem) =>
        Warnings.Add(new ConfigurationMessage(fileName, position.Line, position.Column, key, problem));

    public void Refuse(string fileName, TomlPosition position, string key, string problem) =>
        Errors.Add(new ConfigurationMessage(fileName, position.Line, position.Column, key, problem));

    /// <summary>In the order of the file, then what comes from elsewhere.</summary>
    public static IReadOnlyList<ConfigurationMessage> Sorted(List<ConfigurationMessage> messages) =>
        [.. messages.OrderBy(m => m.Line ?? int.MaxValue).ThenBy(m => m.Column ?? int.MaxValue)];
}
