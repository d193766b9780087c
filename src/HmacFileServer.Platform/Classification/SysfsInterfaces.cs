namespace HmacFileServer.Platform;

/// <summary>Reads the traits of interfaces from sysfs.</summary>
/// <param name="root">`/sys/class/net`, or a folder like it.</param>
public sealed class SysfsInterfaces(string root)
{
    /// <summary>Where Linux keeps them.</summary>
    public const string SystemRoot = "/sys/class/net";

    /// <summary>
    /// The traits of one interface. What sysfs does not say stays empty: nothing throws, since an interface may vanish while it
    /// is read.
    /// </summary>
    /// <param name="name">The interface's name.</param>
    /// <param name="index">
    /// The index the kernel reported. A sysfs mounted for another network namespace may hold another interface of that name;
    /// it is told by its index, and then nothing is believed.
    /// </param>
    public InterfaceTraits Read(string name, int? index = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var traits = new InterfaceTraits(name);
        // The kernel allows neither in a name; this keeps a bad name from leading out of the folder.
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0'))
            return traits;
        var folder = Path.Combine(root, name);
        if (!Directory.Exists(folder) || (index is not null && ReadNumber(folder, "ifindex") != index))
            return traits;
        return traits with
        {
            HardwareType = ReadNumber(folder, "type"),
            DeviceType = DeviceType(folder),
            Driver = Driver(folder),
            IsWireless = Directory.Exists(Path.Combine(folder, "wireless")) || Path.Exists(Path.Combine(folder, "phy80211")),
            IsTun = File.Exists(Path.Combine(folder, "tun_flags")),
            IsBridge = Directory.Exists(Path.Combine(folder, "bridge")),
            HasDevice = Path.Exists(Path.Combine(folder, "device")),
        };
    }

    private static int? ReadNumber(string folder, string entry) =>
        ReadText(folder, entry) is { } text && int.TryParse(text.AsSpan().Trim(), out var number) ? number : null;

    private static string? DeviceType(string folder)
    {
        foreach (var line in (ReadText(folder, "uevent") ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith("DEVTYPE=", StringComparison.Ordinal))
                return line["DEVTYPE=".Length..].Trim().ToString();
        }
        return null;
    }

    /// <summary>The last part of the `device/driver` link's target.</summary>
    private static string? Driver(string folder)
    {
        try
        {
            return Directory.ResolveLinkTarget(Path.Combine(folder, "device", "driver"), returnFinalTarget: false)?.Name;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? ReadText(string folder, string entry)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, entry));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
