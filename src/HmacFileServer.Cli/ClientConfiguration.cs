using System.Collections;
using HmacFileServer.Cli.Commands;
using HmacFileServer.Client;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Cli;

/// <summary>The client's options: the configuration file, the environment, and the command line on top.</summary>
internal static class ClientConfiguration
{
    public static ClientOptions Read(PutInput input)
    {
        var result = ConfigurationReader.ReadUtf8(ReadFile(input.Config), input.Config?.FullName ?? "", Environment());
        foreach (var warning in result.Warnings)
            Console.Error.WriteLine($"hfs: warning: {warning}");
        if (!result.IsValid)
            throw new UploadFailedException(UploadFailure.Usage, string.Join(System.Environment.NewLine, result.Errors));
        var options = ClientOptions.From(result.Options);
        return options with
        {
            OnlyInterfaces = input.Interfaces,
            ForceInterface = input.Force ?? options.ForceInterface,
            Trace = input.Verbose ? (at, what) => Console.Error.WriteLine($"{at.TotalMilliseconds,9:F1} ms  {what}") : null,
        };
    }

    private static byte[] ReadFile(FileInfo? file)
    {
        try
        {
            return file is null ? [] : File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(UploadFailure.Usage, $"The configuration cannot be read from '{file}': {e.Message}", e);
        }
    }

    private static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
}
