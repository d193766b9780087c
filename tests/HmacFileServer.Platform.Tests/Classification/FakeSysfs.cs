using HmacFileServer.Testing;

namespace HmacFileServer.Platform.Tests.Classification;

/// <summary>A folder that looks like /sys/class/net.</summary>
public sealed class FakeSysfs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SysfsInterfaces Interfaces => new(_folder["net"]);

    /// <summary>Adds an interface; entries are `path=content`, a path alone makes a folder.</summary>
    public FakeSysfs Add(string name, int type, params string[] entries)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder["net"], name)).FullName;
        File.WriteAllText(Path.Combine(folder, "type"), $"{type}\n");
        File.WriteAllText(Path.Combine(folder, "ifindex"), "7\n");
        foreach (var entry in entries)
        {
            var (path, content) = entry.Split('=', 2) is [var p, var c] ? (p, c) : (entry, null);
            var full = Path.Combine(folder, path);
            if (content is null)
                Directory.CreateDirectory(full);
            else if (path == "device/driver")
                Link(full, content);
            else
                File.WriteAllText(full, content + "\n");
        }
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private void Link(string path, string driver)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var target = Directory.CreateDirectory(_folder["drivers/" + driver]).FullName;
        Directory.CreateSymbolicLink(path, target);
    }
}
