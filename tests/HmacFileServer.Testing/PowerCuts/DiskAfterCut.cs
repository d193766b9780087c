namespace HmacFileServer.Testing.PowerCuts;

/// <summary>
/// What a loss of power may leave of a disk: all that was synced, and of the rest a part that nobody chose. Bytes are kept or lost by sector, a
/// write may be torn; names are kept or lost one by one, or in their order as journals of file systems keep them. A rename is never half done.
/// </summary>
internal sealed class DiskAfterCut
{
    private const int SectorBytes = 512;

    private readonly IReadOnlyList<DiskOperation> _operations;
    private readonly Random _random;

    public DiskAfterCut(IReadOnlyList<DiskOperation> operations, Random random) => (_operations, _random) = (operations, random);

    /// <summary>Makes it: the folder <paramref name="root"/> as it is found afterwards, in the empty folder <paramref name="target"/>.</summary>
    public void Write(string root, string target)
    {
        var contents = new Dictionary<DiskFile, string>();
        foreach (var (path, file) in Names().OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            var place = Path.Combine(target, Path.GetRelativePath(root, path));
            if (!Directory.Exists(Path.GetDirectoryName(place)))
                continue; // the way there was lost
            if (file is null)
            {
                Directory.CreateDirectory(place);
            }
            else if (contents.TryGetValue(file, out var first))
            {
                Link(first, place);
            }
            else
            {
                File.WriteAllBytes(place, Content(file));
                contents.Add(file, place);
            }
        }
    }

    /// <summary>Files by their names, null for folders.</summary>
    private Dictionary<string, DiskFile?> Names()
    {
        var synced = new Dictionary<string, int>();
        for (var i = 0; i < _operations.Count; i++)
        {
            if (_operations[i] is DiskOperation.FolderSynced folder)
                synced[folder.Path] = i;
        }
        var chance = _random.Next(4) switch { 0 => 0, 1 => 1, _ => _random.NextDouble() };
        var lastInOrder = _random.Next(3) == 0 ? _random.Next(_operations.Count + 1) : -1;
        var names = new Dictionary<string, DiskFile?>();
        for (var i = 0; i < _operations.Count; i++)
        {
            if (!IsOfNames(_operations[i], out var path, out var newPath))
                continue;
            var isSynced = synced.GetValueOrDefault(Path.GetDirectoryName(path)!, -1) > i
                || (newPath is not null && synced.GetValueOrDefault(Path.GetDirectoryName(newPath)!, -1) > i);
            if (isSynced || (lastInOrder >= 0 ? i < lastInOrder : _random.NextDouble() < chance))
                Apply(_operations[i], names);
        }
        return names;
    }

    private static bool IsOfNames(DiskOperation operation, out string path, out string? newPath)
    {
        (path, newPath) = operation switch
        {
            DiskOperation.Made made => (made.Path, null),
            DiskOperation.FolderMade made => (made.Path, null),
            DiskOperation.Linked linked => (linked.Path, null),
            DiskOperation.Removed removed => (removed.Path, null),
            DiskOperation.Renamed renamed => (renamed.Path, renamed.NewPath),
            _ => ("", (string?)null),
        };
        return path.Length > 0;
    }

    private static void Apply(DiskOperation operation, Dictionary<string, DiskFile?> names)
    {
        switch (operation)
        {
            case DiskOperation.Made made:
                names[made.Path] = made.File;
                break;
            case DiskOperation.FolderMade made:
                names[made.Path] = null;
                break;
            case DiskOperation.Linked linked:
                names[linked.Path] = linked.File;
                break;
            case DiskOperation.Removed removed:
                names.Remove(removed.Path);
                break;
            case DiskOperation.Renamed renamed:
                names.Remove(renamed.Path);
                names[renamed.NewPath] = renamed.File;
                break;
        }
    }

    private byte[] Content(DiskFile file)
    {
        var last = -1;
        for (var i = 0; i < _operations.Count; i++)
        {
            if (_operations[i] is DiskOperation.Synced synced && synced.File == file)
                last = i;
        }
        var chance = _random.Next(3) switch { 0 => 0, 1 => 1, _ => _random.NextDouble() };
        var keepsLength = _random.Next(2) == 0; // the new length with zeros in it, as delayed allocation leaves them
        var content = Array.Empty<byte>();
        for (var i = 0; i < _operations.Count; i++)
        {
            var isSafe = i < last;
            if (_operations[i] is DiskOperation.Resized resized && resized.File == file && (isSafe || _random.NextDouble() < chance))
                Array.Resize(ref content, (int)resized.Length);
            if (_operations[i] is not DiskOperation.Written written || written.File != file)
                continue;
            var end = (int)written.Offset + written.Bytes.Length;
            if ((isSafe || keepsLength) && content.Length < end)
                Array.Resize(ref content, end);
            for (var at = (int)written.Offset; at < end;)
            {
                var next = Math.Min(end, ((at / SectorBytes) + 1) * SectorBytes);
                if (isSafe || _random.NextDouble() < chance)
                {
                    if (content.Length < next)
                        Array.Resize(ref content, next);
                    written.Bytes.AsSpan(at - (int)written.Offset, next - at).CopyTo(content.AsSpan(at));
                }
                at = next;
            }
        }
        return content;
    }

    private static void Link(string path, string newPath)
    {
        using var from = Platform.Files.Folder.Open(Path.GetDirectoryName(path)!);
        using var to = Platform.Files.Folder.Open(Path.GetDirectoryName(newPath)!);
        from.Link(Path.GetFileName(path), to, Path.GetFileName(newPath));
    }
}
