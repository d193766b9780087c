using System.Runtime.Versioning;
using HmacFileServer.Testing;

namespace HmacFileServer.Storage.Tests.Disk;

/// <summary>A small file system of its own (tmpfs), which a test can fill. Needs the right to mount; without it the test is skipped and says so.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TemporaryDisk : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder["disk"];

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static async Task<TemporaryDisk> MountAsync(int megabytes)
    {
        var disk = new TemporaryDisk();
        Directory.CreateDirectory(disk.Path);
        try
        {
            await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", disk.Path], Limit);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            disk._folder.Dispose();
            Assert.Skip($"A disk that is really full needs the right to mount a tmpfs: {error.Message}");
        }
        return disk;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // Full: what was wanted.
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("umount", [Path], Limit);
        _folder.Dispose();
    }
}
