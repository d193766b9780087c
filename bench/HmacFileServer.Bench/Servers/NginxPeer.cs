using System.Globalization;
using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Servers;

/// <summary>
/// nginx as Debian builds it, with `dav_methods PUT` and else its defaults (`worker_processes auto`, `sendfile on` as Debian configures it);
/// its temporary file lies on the file system of the finished one, so that finishing is a rename.
/// </summary>
internal sealed class NginxPeer : Peer
{
    private const string Program = "/usr/sbin/nginx";

    private int _count;

    private NginxPeer(string folder, ChildProcess process, IPEndPoint endPoint)
        : base("nginx", folder, process, endPoint)
    {
    }

    public static async Task<NginxPeer> StartAsync(string folder)
    {
        if (!File.Exists(Program))
            throw new FileNotFoundException("nginx is not installed (Debian package nginx).");
        foreach (var name in (string[])["files", "temp"])
            Directory.CreateDirectory(Path.Combine(folder, name));
        var address = LoopbackAddress.Next();
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off;
            worker_processes auto;
            pid {{folder}}/nginx.pid;
            error_log stderr notice;
            events { worker_connections 768; }
            http {
              sendfile on;
              tcp_nopush on;
              access_log off;
              client_max_body_size 0;
              client_body_temp_path {{folder}}/temp;
              proxy_temp_path {{folder}}/temp; fastcgi_temp_path {{folder}}/temp; uwsgi_temp_path {{folder}}/temp; scgi_temp_path {{folder}}/temp;
              server {
                listen {{address}}:{{Port}};
                location / { root {{folder}}/files; dav_methods PUT; create_full_put_path on; }
              }
            }
            """));
        var process = ChildProcess.Start(Program, ["-p", folder, "-e", "stderr", "-c", configuration]);
        await process.WaitForLineAsync("start worker process", TimeSpan.FromSeconds(10));
        return new NginxPeer(folder, process, new IPEndPoint(address, Port));
    }

    public override string NewTarget(long length) => string.Create(CultureInfo.InvariantCulture, $"/slot{Interlocked.Increment(ref _count)}/file.bin");

    public override string StoredFile(string target, string? created) => Path.Combine(Folder, "files", target[1..]);

    public override void Clear() => Empty("files");
}
