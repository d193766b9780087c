using System.Collections;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HmacFileServer.Cli.Commands;
using HmacFileServer.Client;
using HmacFileServer.Client.Connections;
using HmacFileServer.Client.State;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Cli;

/// <summary>The client's options: the configuration file, the environment, and the command line on top.</summary>
internal static class ClientConfiguration
{
    public static ClientOptions Read(TransferInput input)
    {
        var result = ConfigurationReader.ReadUtf8(Bytes(input.Config, "configuration"), input.Config?.FullName ?? "", Environment());
        foreach (var warning in result.Warnings)
            Console.Error.WriteLine($"hfs: warning: {warning}");
        if (!result.IsValid)
            throw new UploadFailedException(UploadFailure.Usage, string.Join(System.Environment.NewLine, result.Errors));
        var options = ClientOptions.From(result.Options);
        return options with
        {
            OnlyInterfaces = input.Interfaces,
            ForceInterface = input.Force ?? options.ForceInterface,
            Authorities = Authorities(input.CaCert),
            Headers = [.. input.Headers, .. Token(input.TokenFile)],
            Proxies = ProxySettings.FromEnvironment(System.Environment.GetEnvironmentVariable),
            BandwidthLimit = input.BandwidthLimit,
            MeteredLimit = input.MeteredLimit,
            Retries = input.Retries,
            Checksum = input.Checksum,
            State = StateFolder.Open(StateFolder.DefaultPath(System.Environment.GetEnvironmentVariable)),
            Trace = input.Verbose ? (at, what) => Console.Error.WriteLine($"{at.TotalMilliseconds,9:F1} ms  {what}") : null,
        };
    }

    /// <summary>The first line of a file with a secret or token. Fails with <see cref="UploadFailure.Usage"/>, saying of what.</summary>
    public static string ReadSecret(FileInfo file, string what)
    {
        var text = System.Text.Encoding.UTF8.GetString(Bytes(file, what)).TrimEnd('\r', '\n');
        return text.Length > 0 && !text.AsSpan().ContainsAny('\r', '\n')
            ? text
            : throw new UploadFailedException(UploadFailure.Usage, $"'{file}' should have the {what} on a single line.");
    }

    private static IEnumerable<KeyValuePair<string, string>> Token(FileInfo? file) =>
        file is null ? [] : [new("Authorization", $"Bearer {ReadSecret(file, "token").Trim()}")];

    private static IReadOnlyList<X509Certificate2> Authorities(FileInfo? file)
    {
        if (file is null)
            return [];
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(System.Text.Encoding.ASCII.GetString(Bytes(file, "certificates")));
        }
        catch (CryptographicException)
        {
            found.Clear();
        }
        return found.Count > 0 ? [.. found] : throw new UploadFailedException(UploadFailure.Usage, $"'{file}' has no certificate in PEM format.");
    }

    private static byte[] Bytes(FileInfo? file, string what)
    {
        try
        {
            return file is null ? [] : File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(UploadFailure.Usage, $"The {what} cannot be read from '{file}': {e.Message}", e);
        }
    }

    // Not all that begins with HFS_ is configuration: HFS_STATE is read elsewhere.
    private static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(e => (string)e.Key != "HFS_STATE")
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
}
