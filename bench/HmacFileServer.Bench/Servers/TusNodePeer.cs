using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Servers;

/// <summary>@tus/server with @tus/file-store, from npm, as its manual starts it: what most tus servers of Node.js are.</summary>
internal sealed class TusNodePeer : Peer
{
    private const string CreationPath = "/files";

    private TusNodePeer(string folder, ChildProcess process, IPEndPoint endPoint)
        : base("@tus/server", folder, process, endPoint)
    {
    }

    /// <summary>Where eng/install-test-needs puts packages of npm.</summary>
    private static string Modules
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache, "hmac-file-server", "npm", "node_modules");
        }
    }

    public static async Task<TusNodePeer> StartAsync(string folder)
    {
        if (!Directory.Exists(Path.Combine(Modules, "@tus", "server")))
            throw new FileNotFoundException($"@tus/server is not in {Modules}: run eng/install-test-needs.");
        var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        var endPoint = new IPEndPoint(LoopbackAddress.Next(), Port);
        var script = Path.Combine(AppContext.BaseDirectory, "Servers", "tus_server.mjs");
        var process = ChildProcess.Start("node", [script, Modules, files, CreationPath, endPoint.Address.ToString(), FormattableString.Invariant($"{Port}")]);
        await process.WaitForLineAsync("listening", TimeSpan.FromSeconds(30));
        return new TusNodePeer(folder, process, endPoint);
    }

    public override string NewTarget(long length) => CreationPath;

    public override string StoredFile(string target, string? created) => Path.Combine(Folder, "files", created![(created!.LastIndexOf('/') + 1)..]);

    public override void Clear() => Empty("files");
}
