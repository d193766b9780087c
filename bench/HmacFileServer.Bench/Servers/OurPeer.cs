using System.Net;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Servers;

/// <summary>Our server with its defaults and a data folder of its own.</summary>
internal sealed class OurPeer : IPeer
{
    private const string Secret = "bench secret, known to both sides";
    private const int Port = 8080;

    private readonly string _folder;
    private readonly ChildProcess _process;
    private readonly SlotMinter _minter = new(new SlotSecrets(Secret));
    private int _count;

    private OurPeer(string folder, ChildProcess process, IPEndPoint endPoint)
    {
        _folder = folder;
        _process = process;
        EndPoint = endPoint;
    }

    public string Name => "ours";

    public int ProcessId => _process.Id;

    public IPEndPoint EndPoint { get; }

    public static async Task<OurPeer> StartAsync(string folder)
    {
        var endPoint = new IPEndPoint(LoopbackAddress.Next(), Port);
        var process = ChildProcess.Start(
            RepositoryFolder.ServerProgram,
            ["run", "--listen", endPoint.ToString(), "--data", folder],
            environment: new Dictionary<string, string> { ["HFS_SECURITY__SECRET"] = Secret, ["HFS_SERVER__MAX_UPLOAD_SIZE"] = "64GB" });
        await process.WaitForLineAsync(endPoint.ToString(), TimeSpan.FromSeconds(30));
        return new OurPeer(folder, process, endPoint);
    }

    public string NewTarget(long length)
    {
        var path = SlotPath.FromDecodedSegments([FormattableString.Invariant($"slot{++_count}"), "file.bin"])!;
        return $"/{SlotUrl.EncodePath(path)}?{_minter.Mint(SlotVariant.V2, path, length)}";
    }

    public string StoredFile(string target) => Path.Combine(_folder, "files", target[1..target.IndexOf('?', StringComparison.Ordinal)]);

    public void Clear()
    {
        foreach (var name in (string[])["files", "blobs"])
        {
            var folder = Path.Combine(_folder, name);
            if (!Directory.Exists(folder))
                continue;
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
            {
                if (Directory.Exists(entry))
                    Directory.Delete(entry, recursive: true);
                else
                    File.Delete(entry);
            }
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
