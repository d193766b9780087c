using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Core.Configuration;
using HmacFileServer.Core.Slots;

namespace HmacFileServer.Server.Commands;

/// <summary>
/// The secret of a server that was given none: random, made once, kept in the data folder's <c>state/secret</c> for its
/// owner's eyes only.
/// </summary>
internal static class KeptSecret
{
    private const int RandomBytes = 32; // as long as the MAC: more adds nothing
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;

    public static string PathIn(string dataPath) => Path.Combine(Path.GetFullPath(dataPath), "state", "secret");

    /// <summary>The configured secrets, or the kept one, which is made if it is not there.</summary>
    public static SlotSecrets Load(HmacFileServerOptions options)
    {
        var previous = options.Security.PreviousSecrets.Select(Text);
        return new SlotSecrets(options.Security.Secret is { } configured ? Text(configured) : ReadOrMake(PathIn(options.Server.StoragePath)), previous);
    }

    private static string Text(Secret secret) => Encoding.UTF8.GetString(secret.Bytes);

    private static string ReadOrMake(string path)
    {
        if (!File.Exists(path))
            Make(path);
        var text = File.ReadAllText(path).TrimEnd('\n');
        return text.Length >= Secret.MinimumLength ? text : throw new IOException($"The secret in {path} is empty or too short; remove the file to have a new one made.");
    }

    // Written aside and linked into place, so that of two processes that start at once both end with the same secret.
    private static void Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnlyFolder);
            options.UnixCreateMode = OwnerOnlyFile;
        }
        var aside = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        using (var file = new FileStream(aside, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }
}
