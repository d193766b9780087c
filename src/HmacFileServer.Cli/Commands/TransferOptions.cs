using System.CommandLine;
using System.CommandLine.Parsing;
using HmacFileServer.Client;
using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Cli.Commands;

/// <summary>The options that all transfers have in common.</summary>
internal sealed class TransferOptions
{
    private readonly Option<string> _mode = new("--mode")
    {
        Description = "auto: all unmetered networks together, metered ones only without any other. failover: one at a time. aggregate: all together.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _protocol = new("--protocol")
    {
        Description = "What is spoken; auto asks the server.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string[]> _interfaces = new("--interface", "-i") { Description = "Use only this network interface; may be given several times.", HelpName = "NAME" };
    private readonly Option<string?> _force = new("--force") { Description = "Carry everything over this interface whenever it is usable.", HelpName = "NAME" };
    private readonly Option<FileInfo?> _config = new("--config") { Description = "A TOML file with [network_resilience] and [network_interfaces].", HelpName = "FILE" };
    private readonly Option<FileInfo?> _caCert = new("--cacert") { Description = "Trust the certificates in this PEM file instead of the system's.", HelpName = "FILE" };
    private readonly Option<FileInfo?> _token = new("--token-file") { Description = "A file with a token, sent as 'Authorization: Bearer': an API token, or a JWT of a slot.", HelpName = "FILE" };
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "Send this header with every request to that host; may be given several times.", HelpName = "NAME: VALUE" };

    private readonly Option<long?> _bandwidth = new("--bwlimit")
    {
        Description = "At most this many bytes a second over all networks together, such as 500KB or 2MB.",
        HelpName = "SIZE",
        CustomParser = Size,
    };

    private readonly Option<long?> _metered = new("--metered-limit")
    {
        Description = "In mode auto, let metered networks carry up to this much of a file beside the others.",
        HelpName = "SIZE",
        CustomParser = Size,
    };

    private readonly Option<int> _retries = new("--retries") { Description = "Take a failed upload up again this often, after 1, 2, 4, ... seconds. (Cut connections are never failures.)", HelpName = "N" };
    private readonly Option<string> _checksum = new("--checksum")
    {
        Description = "How what the server stored is compared with the file: crc32c costs next to nothing (sha256 with servers that do not know it), none leaves it out.",
        DefaultValueFactory = _ => "crc32c",
        HelpName = "KIND",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object for each file." };
    private readonly Option<bool> _jsonLines = new("--json-lines") { Description = "Print a JSON object for each event, and the one of --json at the end." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print every event and decision to standard error, with its time." };
    private readonly bool _uploads;

    /// <param name="uploads">With those that are about uploads only.</param>
    public TransferOptions(bool uploads)
    {
        _uploads = uploads;
        _mode.AcceptOnlyFromAmong("auto", "failover", "aggregate");
        _protocol.AcceptOnlyFromAmong("auto", "segments", "tus", "ietf", "put");
        _checksum.AcceptOnlyFromAmong("crc32c", "sha256", "none");
    }

    public void AddTo(Command command)
    {
        IEnumerable<Option> all = [_mode, _interfaces, _force, _config, _caCert, _token, _headers, _bandwidth, _metered, _json, _jsonLines, _quiet, _verbose];
        if (_uploads)
            all = [.. all, _protocol, _retries, _checksum];
        foreach (var option in all)
            command.Options.Add(option);
    }

    /// <summary>Fails with <see cref="UploadFailure.Usage"/> for what cannot be.</summary>
    public TransferInput Read(ParseResult parsed) => new()
    {
        Mode = Enum.Parse<TransferMode>(parsed.GetValue(_mode)!, ignoreCase: true),
        Protocol = _uploads ? Enum.Parse<UploadProtocol>(parsed.GetValue(_protocol)!, ignoreCase: true) : UploadProtocol.Auto,
        Interfaces = parsed.GetValue(_interfaces) ?? [],
        Force = parsed.GetValue(_force),
        Config = parsed.GetValue(_config),
        CaCert = parsed.GetValue(_caCert),
        TokenFile = parsed.GetValue(_token),
        Headers = [.. (parsed.GetValue(_headers) ?? []).Select(Header)],
        BandwidthLimit = parsed.GetValue(_bandwidth),
        MeteredLimit = parsed.GetValue(_metered) ?? 0,
        Retries = !_uploads ? 0 : parsed.GetValue(_retries) is >= 0 and var retries ? retries : throw Usage("--retries is 0 or more."),
        Checksum = _uploads ? Enum.Parse<UploadChecksum>(parsed.GetValue(_checksum)!, ignoreCase: true) : UploadChecksum.Crc32C,
        Output = parsed.GetValue(_jsonLines) ? Output.JsonLines : parsed.GetValue(_json) ? Output.Json : parsed.GetValue(_quiet) ? Output.Quiet : Output.Text,
        Verbose = parsed.GetValue(_verbose),
    };

    private static long? Size(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (ByteSize.TryParse(text, out var bytes) && bytes > 0)
            return bytes;
        result.AddError($"'{text}' is not a size. Write it as 500KB, 2MB or 1GB (1 KB is 1024 bytes).");
        return null;
    }

    private static KeyValuePair<string, string> Header(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new(text[..colon].Trim(), text[(colon + 1)..].Trim()) : throw Usage($"'{text}' is not a header. Write it as 'Name: value'.");
    }

    private static UploadFailedException Usage(string message) => new(UploadFailure.Usage, message);
}
