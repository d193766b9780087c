using System.Text.Json;
using HmacFileServer.Client.State;
using HmacFileServer.Core.Networks;
using HmacFileServer.Core.Tuning.Profiles;

namespace HmacFileServer.Client.Profiles;

/// <summary>One network that an upload used.</summary>
internal readonly record struct LearnedUse(string Device, string Network, InterfaceType Type, NetworkUse Use);

/// <summary>
/// What was learned of networks, in one file of the state folder: read when an upload begins, replaced as a whole when it ends. Safe for use
/// by several uploads and processes at once. A file that cannot be read or written costs what was learned, never an upload.
/// </summary>
internal sealed class ProfileStore(string folder)
{
    /// <summary>More than 4,096 profiles take; a larger file is none of ours.</summary>
    private const long LargestFile = 8 * 1024 * 1024;

    private readonly string _path = Path.Combine(folder, "profiles.json");

    // Guards _book.
    private readonly Lock _gate = new();
    private ProfileBook? _book;

    /// <summary>Is told of each prediction whether it came true; null for nobody.</summary>
    public Action<bool>? Scored { get; init; }

    public NetworkProfile? Find(string device, string network, DateTimeOffset now)
    {
        lock (_gate)
            return (_book ??= Read(now)).Find(device, network, now);
    }

    /// <summary>Takes in what an upload did; returns in words why it could not be kept, or null.</summary>
    public string? Learn(IReadOnlyList<LearnedUse> uses, DateTimeOffset now)
    {
        lock (_gate)
        {
            try
            {
                using var held = FileLock.TryTake(_path + ".lock");
                // Another process has learned meanwhile: its file is the base. While it is writing, what this one saw is not kept.
                if (held is null)
                    return "another process holds the file";
                _book = Read(now);
                foreach (var use in uses)
                {
                    if (_book.Learn(use.Device, use.Network, use.Type, use.Use, now).IsHit is { } isHit)
                        Scored?.Invoke(isHit);
                }
                PrivateFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(_book.ToState(), StateJson.Default.ProfileState));
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }
    }

    private ProfileBook Read(DateTimeOffset now)
    {
        try
        {
            var file = new FileInfo(_path);
            if (file is { Exists: true, Length: <= LargestFile })
                return ProfileBook.From(JsonSerializer.Deserialize(File.ReadAllBytes(_path), StateJson.Default.ProfileState), now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Learned anew.
        }
        return new ProfileBook();
    }
}
