using System.Security.Cryptography;
using System.Text;
using HmacFileServer.Core.Storage;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Platform.Files;
using HmacFileServer.Storage.FileSystem.Publishing;

namespace HmacFileServer.Storage.FileSystem.Files;

/// <summary>
/// One small file for every finished file, named by the SHA-256 of the slot: the truth from which the index is made again. Not
/// an attribute of the file itself, because slots that share bytes share attributes.
/// </summary>
internal sealed class FileDescriptions(Folder root, bool isSynced)
{
    private readonly ShardedFolder _files = new(root, DataFolder.PrivateMode, isSynced);

    /// <summary>Null if there is none for the slot, or if it is damaged.</summary>
    public StoredFile? Find(SlotPath slot)
    {
        using var file = _files.TryOpen(NameOf(slot));
        return file is not null && FileDescription.Read(ReadAll(file)) is { } found && found.Slot.Equals(slot) ? found : null;
    }

    /// <summary>Makes a written description, in another folder, that of its slot.</summary>
    public void TakeFrom(Folder source, string name, SlotPath slot) => _files.MoveFrom(source, name, NameOf(slot));

    public void Remove(SlotPath slot) => _files.Remove(NameOf(slot));

    public IEnumerable<string> Names() => _files.All();

    public bool Remove(string name) => _files.Remove(name);

    public static string NameOf(SlotPath slot) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(slot.Value)));

    /// <summary>A file of ours of which we know that it is small; longer than any of them it is read in part, and its checksum fails.</summary>
    public static byte[] ReadAll(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), Framing.PrefixBytes + Framing.MostPayloadBytes)];
        var held = 0;
        while (held < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(held), held) is > 0 and var count)
            held += count;
        return bytes[..held];
    }
}
