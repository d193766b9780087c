using System.Net;
using HmacFileServer.Core.Slots;
using HmacFileServer.Core.Uploads;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Servers;

/// <summary>Our server, with its defaults unless said otherwise, and a data folder of its own.</summary>
internal sealed class OurPeer : Peer
{
    /// <summary>Signs slots.</summary>
    public const string Secret = "bench secret, known to both sides";

    private readonly SlotMinter _minter = new(new SlotSecrets(Secret));
    private int _count;

    private OurPeer(string name, string folder, ChildProcess process, IPEndPoint endPoint)
        : base(name, folder, process, endPoint)
    {
    }

    /// <param name="folder">For its data.</param>
    /// <param name="name">In reports.</param>
    /// <param name="settings">Further settings, by the names of their environment variables.</param>
    public static async Task<OurPeer> StartAsync(string folder, string name = "ours", params (string Name, string Value)[] settings)
    {
        var endPoint = new IPEndPoint(LoopbackAddress.Next(), Port);
        var environment = new Dictionary<string, string> { ["HFS_SECURITY__SECRET"] = Secret, ["HFS_SERVER__MAX_UPLOAD_SIZE"] = "64GB" };
        foreach (var (variable, value) in settings)
            environment[variable] = value;
        var process = ChildProcess.Start(
            RepositoryFolder.ServerProgram,
            ["run", "--listen", endPoint.ToString(), "--data", folder],
            environment: environment);
        await process.WaitForLineAsync(endPoint.ToString(), TimeSpan.FromSeconds(30));
        return new OurPeer(name, folder, process, endPoint);
    }

    /// <summary>Where finished files are.</summary>
    public string Files => Path.Combine(Folder, "files");

    public override string NewTarget(long length)
    {
        var path = SlotPath.FromDecodedSegments([FormattableString.Invariant($"slot{Interlocked.Increment(ref _count)}"), "file.bin"])!;
        return $"/{SlotUrl.EncodePath(path)}?{_minter.Mint(SlotVariant.V2, path, length)}";
    }

    public override string StoredFile(string target, string? created) => Path.Combine(Folder, "files", target[1..target.IndexOf('?', StringComparison.Ordinal)]);

    public override void Clear()
    {
        Empty("files");
        Empty("blobs");
    }
}
