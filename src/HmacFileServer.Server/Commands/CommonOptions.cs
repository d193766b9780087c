using System.Collections;
using System.CommandLine;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Server.Commands;

/// <summary>The flags that every command has: where the configuration is, and what wins over it.</summary>
internal sealed class CommonOptions
{
    private const int MostMinorWarnings = 10;

    private readonly Option<FileInfo?> _config = new("--config", "-c") { Description = "Configuration file (TOML). None is needed.", HelpName = "FILE" };
    private readonly Option<string?> _listen = new("--listen") { Description = "Address and port to listen on, such as 127.0.0.1:8080.", HelpName = "ADDRESS" };
    private readonly Option<string?> _data = new("--data") { Description = "Folder for files, state and the database.", HelpName = "FOLDER" };

    public void AddTo(Command command)
    {
        AddStorageTo(command);
        command.Options.Add(_listen);
    }

    /// <summary>For commands that never listen.</summary>
    public void AddStorageTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_data);
    }

    /// <summary>Reads file, environment and flags. Null, with a message, if the file cannot be read.</summary>
    public ConfigurationResult? Read(ParseResult parsed)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => e.Value as string ?? "", StringComparer.Ordinal);
        var overrides = new List<OptionOverride>();
        if (parsed.GetValue(_listen) is { } listen)
            overrides.Add(new OptionOverride("--listen", "server.listen_address", listen));
        if (parsed.GetValue(_data) is { } data)
            overrides.Add(new OptionOverride("--data", "server.storage_path", data));
        if (parsed.GetValue(_config) is not { } file)
            return ConfigurationReader.Read(null, "configuration", environment, overrides);
        try
        {
            return ConfigurationReader.ReadUtf8(File.ReadAllBytes(file.FullName), file.Name, environment, overrides);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"hmac-file-server: the configuration file cannot be read: {ex.Message}");
            return null;
        }
    }

    /// <summary>As <see cref="Read"/>, for commands that go on: prints warnings, and every error. Null if there are errors.</summary>
    public HmacFileServerOptions? ReadValid(ParseResult parsed)
    {
        if (Read(parsed) is not { } result)
            return null;
        // A file of the Go server has a hundred keys without effect; what matters must not be lost among them.
        var minor = result.Warnings.Where(w => w.IsMinor).ToList();
        foreach (var warning in result.Warnings.Except(minor.Skip(MostMinorWarnings)))
            Console.Error.WriteLine($"warning: {warning}");
        if (minor.Count > MostMinorWarnings)
            Console.Error.WriteLine($"warning: {minor.Count - MostMinorWarnings} more keys have no effect; 'hmac-file-server check-config' lists them all.");
        foreach (var error in result.Errors)
            Console.Error.WriteLine($"error: {error}");
        if (result.IsValid)
            return result.Options;
        Console.Error.WriteLine("hmac-file-server: the configuration has errors; 'hmac-file-server check-config' shows what is in force.");
        return null;
    }
}
