using System.Security.Cryptography;
using HmacFileServer.Client;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.Cli.Commands;

/// <summary>Turns files and a URL into uploads; signs a slot for each where the URL is a server's.</summary>
internal static class SlotTargets
{
    /// <summary>A slot of our own lives this long: a large file over a slow network, with a night in between.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    public static IReadOnlyList<UploadRequest> Of(PutInput input)
    {
        if (!Uri.TryCreate(input.Url, UriKind.Absolute, out var url))
            throw new UploadFailedException(UploadFailure.Usage, $"'{input.Url}' is not a URL. The last argument is where the files go, such as https://upload.example.org/...");
        if (input.SecretFile is null)
        {
            if (input.Files.Count > 1)
                throw new UploadFailedException(UploadFailure.Usage, "A slot takes one file. For several, give the server's URL and --secret-file.");
            return [new UploadRequest(input.Files[0], url) { ContentType = input.ContentType, Mode = Mode(input) }];
        }
        if (url.Query.Length > 0)
            throw new UploadFailedException(UploadFailure.Usage, "With --secret-file the URL is the server's, without a query; leave --secret-file out to use a slot.");
        var minter = new SlotMinter(new SlotSecrets(ReadSecret(input.SecretFile)));
        return [.. input.Files.Select(file => Sign(minter, url, file, input))];
    }

    private static UploadRequest Sign(SlotMinter minter, Uri server, string file, PutInput input)
    {
        var length = FileLength(file);
        var slot = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var path = SlotPath.FromDecodedSegments([slot, Path.GetFileName(Path.GetFullPath(file))])
            ?? throw new UploadFailedException(UploadFailure.File, $"The name of '{file}' cannot be part of a URL. Rename the file.");
        var query = minter.Mint(SlotVariant.Expiring, path, length, input.ContentType, TimeProvider.System.GetUtcNow() + Lifetime);
        return new UploadRequest(file, new Uri(SlotUrl.Build(server, path, query))) { ContentType = input.ContentType, Mode = Mode(input) };
    }

    private static TransferMode Mode(PutInput input) => Enum.Parse<TransferMode>(input.Mode, ignoreCase: true);

    private static long FileLength(string file)
    {
        var info = new FileInfo(file);
        return info.Exists
            ? info.Length
            : throw new UploadFailedException(UploadFailure.File, $"'{file}' does not exist or is not a file.");
    }

    private static string ReadSecret(FileInfo file)
    {
        try
        {
            var secret = File.ReadAllText(file.FullName).TrimEnd('\r', '\n');
            return secret.Length > 0 ? secret : throw new UploadFailedException(UploadFailure.Usage, $"'{file}' is empty; it should have the server's secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(UploadFailure.Usage, $"The secret cannot be read from '{file}': {e.Message}", e);
        }
    }
}
