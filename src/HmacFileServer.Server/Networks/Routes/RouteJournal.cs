using HmacFileServer.Platform.Routes;

namespace HmacFileServer.Server.Networks.Routes;

/// <summary>
/// What has to be taken back if this process ends without doing so: one small file, replaced and synced as a whole before each change. A change
/// that is in it may or may not have been made.
/// </summary>
/// <param name="path">The file; there is none while nothing is changed.</param>
internal sealed class RouteJournal(string path)
{
    private const string Header = "hmac-file-server routes 1";
    private const long LongestFile = 1024 * 1024; // some hundred routes, far more than a machine has

    /// <summary>True if an earlier process left something to take back.</summary>
    public bool Exists => File.Exists(path);

    /// <exception cref="IOException">It cannot be read, or none of ours has written it.</exception>
    public IReadOnlyList<RouteChange> Read()
    {
        if (!Exists)
            return [];
        if (new FileInfo(path).Length > LongestFile)
            throw Damaged();
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
            throw Damaged();
        return [.. lines[1..].Select(Parse)];
    }

    /// <summary>Makes these the changes to take back. On return they are on the disk.</summary>
    public void Write(IReadOnlyCollection<RouteChange> changes)
    {
        if (changes.Count == 0)
        {
            File.Delete(path);
            return;
        }
        var aside = path + ".new";
        using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write))
        {
            using (var text = new StreamWriter(file, leaveOpen: true))
            {
                text.NewLine = "\n";
                text.WriteLine(Header);
                foreach (var change in changes)
                    text.WriteLine($"{(change.IsMove ? "move" : "copy")} {change.Original.ToText()} {change.Ours.ToText()}");
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
    }

    private RouteChange Parse(string line)
    {
        var words = line.Split(' ');
        if (words is not ["move" or "copy", var original, var ours] || DefaultRoute.FromText(original) is not { } before || DefaultRoute.FromText(ours) is not { Protocol: DefaultRoute.OwnProtocol } made)
            throw Damaged();
        return new RouteChange(words[0] == "move", before, made);
    }

    private IOException Damaged() => new(
        $"'{path}' is damaged: the changes of an earlier run cannot be taken back by it. Look at 'ip route show proto {DefaultRoute.OwnProtocol}' and 'ip -6 route show proto {DefaultRoute.OwnProtocol}', "
        + "put right what they show (or start the system again), and remove the file.");
}
