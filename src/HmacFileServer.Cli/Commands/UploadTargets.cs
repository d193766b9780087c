using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Cli.Commands;

/// <summary>Turns files and a URL into uploads; signs a slot for each where the server's secret is given.</summary>
internal sealed class UploadTargets
{
    /// <summary>A slot of our own lives this long: a large file over a slow network, with a night in between.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly Uri _url;
    private readonly SlotMinter? _minter;
    private readonly string _contentType;
    private readonly TransferInput _input;

    /// <param name="url">As it was written: a slot, a server, or where a server makes uploads.</param>
    /// <param name="secretFile">The server's secret; null without.</param>
    /// <param name="contentType">The media type of all files.</param>
    /// <param name="input">The rest.</param>
    public UploadTargets(string url, FileInfo? secretFile, string contentType, TransferInput input)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw Usage($"'{url}' is not a URL. The last argument is where the files go, such as https://upload.example.org/...");
        if (secretFile is not null && parsed.Query.Length > 0)
            throw Usage("With --secret-file the URL is the server's, without a query; leave --secret-file out to use a slot.");
        if (secretFile is not null && input.Protocol is UploadProtocol.Tus or UploadProtocol.Ietf && parsed.AbsolutePath.EndsWith("/files/", StringComparison.Ordinal))
            throw Usage("With --secret-file the URL is the server's own; /files/ takes a token (--token-file).");
        _url = parsed;
        _minter = secretFile is null ? null : new SlotMinter(new SlotSecrets(ClientConfiguration.ReadSecret(secretFile, "secret")));
        _contentType = contentType;
        _input = input;
    }

    /// <summary>The upload of one file.</summary>
    public UploadRequest For(string file, bool isOneOfMany)
    {
        if (isOneOfMany && _minter is null && _url.Query.Length > 0)
            throw Usage("A slot takes one file. For several, give the server's URL and --token-file or --secret-file.");
        var isStream = FileList.IsStream(file);
        var request = new UploadRequest(file == FileList.StandardInput ? "stdin" : file, _url)
        {
            ContentType = _contentType,
            Mode = _input.Mode,
            Protocol = _input.Protocol,
            TokenFile = _input.TokenFile?.FullName,
            Content = !isStream ? null : file == FileList.StandardInput ? Console.OpenStandardInput() : File.OpenRead(file),
        };
        if (_minter is null)
            return request;
        if (isStream)
            throw Usage("A slot is signed over the file's length, which standard input does not have. Write it to a file, or use --token-file.");
        return request with { Url = Sign(file), Target = _url.AbsoluteUri };
    }

    /// <summary>A slot of our own that is refused was signed with another secret than the server's: a new slot would be refused as well.</summary>
    public async Task<UploadResult> TellOfSecretAsync(Task<UploadResult> upload)
    {
        try
        {
            return await upload;
        }
        catch (UploadFailedException e) when (e.Status == 403 && _minter is not null)
        {
            throw new UploadFailedException(e.Reason, $"The server refused the signature: the secret in --secret-file is not the server's, or the clocks differ by a day. ({e.Message})", e)
            {
                Status = e.Status,
            };
        }
    }

    private Uri Sign(string file)
    {
        var slot = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var path = SlotPath.FromDecodedSegments([slot, Path.GetFileName(Path.GetFullPath(file))])
            ?? throw new UploadFailedException(UploadFailure.File, $"The name of '{file}' cannot be part of a URL. Rename the file.");
        var query = _minter!.Mint(SlotVariant.Expiring, path, new FileInfo(file).Length, _contentType, TimeProvider.System.GetUtcNow() + Lifetime);
        return new Uri(SlotUrl.Build(_url, path, query));
    }

    private static UploadFailedException Usage(string message) => new(UploadFailure.Usage, message);
}
