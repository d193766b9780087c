using HmacFileServer.Core.Configuration.Schema;
using HmacFileServer.Core.Configuration.Toml;

namespace HmacFileServer.Core.Configuration;

/// <summary>
/// Reads the configuration of server and client from TOML, the environment and the command line; later ones win. Pure: who
/// calls it opens files and gives the environment. Every error is collected; unknown keys are warnings, so that the
/// configuration of the Go server and that of a newer version start.
/// </summary>
public static class ConfigurationReader
{
    /// <summary>Reads the configuration from the bytes of a file.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="fileName">How messages name the file.</param>
    /// <param name="environment">Environment variables; those that begin with `HFS_` count.</param>
    /// <param name="overrides">Flags of the command line.</param>
    public static ConfigurationResult ReadUtf8(
        ReadOnlySpan<byte> utf8, string fileName, IReadOnlyDictionary<string, string> environment, IReadOnlyList<OptionOverride>? overrides = null)
    {
        try
        {
            return Bind(TomlReader.Read(utf8, fileName), fileName, environment, overrides, null);
        }
        catch (TomlException e)
        {
            return Bind(null, fileName, environment, overrides, e);
        }
    }

    /// <summary>Reads the configuration from text.</summary>
    /// <param name="toml">The text; null if there is no file, which is a valid configuration.</param>
    /// <param name="fileName">How messages name the text.</param>
    /// <param name="environment">Environment variables; those that begin with `HFS_` count.</param>
    /// <param name="overrides">Flags of the command line.</param>
    public static ConfigurationResult Read(
        string? toml, string fileName, IReadOnlyDictionary<string, string> environment, IReadOnlyList<OptionOverride>? overrides = null)
    {
        try
        {
            return Bind(toml is null ? null : TomlReader.Read(toml, fileName), fileName, environment, overrides, null);
        }
        catch (TomlException e)
        {
            return Bind(null, fileName, environment, overrides, e);
        }
    }

    private static ConfigurationResult Bind(
        TomlDocument? document, string fileName, IReadOnlyDictionary<string, string> environment, IReadOnlyList<OptionOverride>? overrides, TomlException? broken)
    {
        var messages = new MessageList();
        if (broken is not null)
            messages.Errors.Add(new ConfigurationMessage(fileName, broken.Line, broken.Column, "", broken.Problem));

        var settings = new SettingList();
        if (document is not null)
            GoServerKeys.AddSettings(document, settings, messages);
        EnvironmentVariables.AddSettings(environment, settings, messages);
        settings.AddOverrides(overrides ?? []);

        var binder = new SectionBinder(fileName, settings, messages);
        var options = (HmacFileServerOptions)binder.Bind(SectionSchema.Root, document?.Root);
        return new ConfigurationResult(options, MessageList.Sorted(messages.Errors), MessageList.Sorted(messages.Warnings), binder.Origins);
    }
}
