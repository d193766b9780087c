using System.CommandLine;
using System.Security.Cryptography;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Server.BearerTokens;

namespace HmacFileServer.Server.Commands;

/// <summary>
/// `hmac-file-server slot`: signs a URL as the XMPP server does, and prints it; for the variant jwt the URL, and the header line that the upload must
/// have.
/// </summary>
internal static class SlotCommand
{
    public static Command Create(TimeProvider clock)
    {
        var common = new CommonOptions();
        var name = new Option<string>("--name") { Description = "File name; with slashes: the whole path below the base path.", Required = true };
        var size = new Option<string>("--size") { Description = "Exact length of the file: bytes, or as 5MB.", Required = true };
        var type = new Option<string?>("--type") { Description = "The Content-Type header that the upload will have; without it, the upload must have none." };
        var variant = new Option<string>("--variant") { Description = "Which signature.", DefaultValueFactory = _ => "exp" };
        variant.AcceptOnlyFromAmong("v1", "v2", "exp", "jwt");
        var expires = new Option<string>("--expires") { Description = "How long an upload may begin (exp and jwt only).", DefaultValueFactory = _ => "1h" };
        var url = new Option<string?>("--url") { Description = "Base URL as clients reach it; else it is made from listen_address and base_path." };
        var command = new Command("slot", "Print a signed upload URL.") { name, size, type, variant, expires, url };
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            if (common.ReadValid(parsed) is not { } options)
                return ExitCode.Failed;
            if (!ByteSize.TryParse(parsed.GetValue(size), out var length))
                return Usage("--size is a number of bytes, or as 5MB.");
            if (!Lifetime.TryParse(parsed.GetValue(expires), out var lifetime))
                return Usage("--expires is a duration such as 30m or 1h.");
            if (PathOf(parsed.GetValue(name)!) is not { } path)
                return Usage("--name has a segment that cannot be a file name.");
            if (!Uri.TryCreate(parsed.GetValue(url) ?? BaseUrl(options), UriKind.Absolute, out var baseUrl) || baseUrl.Scheme is not ("http" or "https"))
                return Usage("--url is an absolute http or https URL.");
            var now = clock.GetUtcNow();
            var secrets = KeptSecret.Load(options);
            if (parsed.GetValue(variant) == "jwt")
            {
                if (path.Segments.Count != 2)
                    return Usage("--name is a file name for a token, or one folder and a file name.");
                Console.Out.WriteLine(SlotUrl.Build(baseUrl, path));
                var contentType = parsed.GetValue(type) ?? "application/octet-stream";
                Console.Out.WriteLine($"Authorization: Bearer {new JwtIssuer(secrets).ForSlot("hmac-file-server", path, length, contentType, now, now + lifetime)}");
                return ExitCode.Done;
            }
            var kind = parsed.GetValue(variant) switch { "v1" => SlotVariant.V1, "v2" => SlotVariant.V2, _ => SlotVariant.Expiring };
            var query = new SlotMinter(secrets).Mint(kind, path, length, parsed.GetValue(type), kind == SlotVariant.Expiring ? now + lifetime : null);
            Console.Out.WriteLine(SlotUrl.Build(baseUrl, path, query));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A bare name gets a random folder before it, as XMPP servers do, so that nobody guesses it.</summary>
    private static SlotPath? PathOf(string name)
    {
        var segments = name.Trim('/').Split('/');
        return SlotPath.FromDecodedSegments(segments.Length > 1 ? segments : [Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), .. segments]);
    }

    private static string BaseUrl(HmacFileServerOptions options)
    {
        var listen = options.Server.ListenAddress;
        var host = listen.IsAny || listen.Address is { } a && (a.Equals(System.Net.IPAddress.Any) || a.Equals(System.Net.IPAddress.IPv6Any)) ? "127.0.0.1" : listen.Host;
        var scheme = options.Server.TlsCertFile is null ? "http" : "https";
        return $"{scheme}://{listen with { Host = host }}{options.Server.BasePath}";
    }

    private static int Usage(string message) => UsageError.Tell("slot", message);
}
