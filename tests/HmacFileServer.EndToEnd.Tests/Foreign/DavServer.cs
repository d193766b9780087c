using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>nginx with `dav_methods PUT`: a server that takes one plain PUT and knows nothing of going on.</summary>
internal sealed class DavServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly ChildProcess _process;

    private DavServer(ChildProcess process, TemporaryFolder folder, IPEndPoint endPoint)
    {
        _process = process;
        _folder = folder;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public static async Task<DavServer> StartAsync()
    {
        const string program = "/usr/sbin/nginx";
        Assert.SkipUnless(File.Exists(program), "nginx is not installed.");
        var folder = new TemporaryFolder();
        var endPoint = new IPEndPoint(LoopbackAddress.Next(), 8081);
        Directory.CreateDirectory(folder["www"]);
        File.WriteAllText(folder["nginx.conf"], $$"""
            daemon off; pid {{folder["pid"]}}; error_log stderr notice; worker_processes 1; user root;
            events { worker_connections 64; }
            http {
              access_log off; client_max_body_size 0; client_body_temp_path {{folder["temp"]}};
              proxy_temp_path {{folder["t1"]}}; fastcgi_temp_path {{folder["t2"]}}; uwsgi_temp_path {{folder["t3"]}}; scgi_temp_path {{folder["t4"]}};
              server { listen {{endPoint}}; root {{folder["www"]}}; dav_methods PUT; create_full_put_path on; location /whole/ { max_ranges 0; } }
            }
            """);
        var process = ChildProcess.Start(program, ["-e", "stderr", "-c", folder["nginx.conf"]]);
        await process.WaitForLineAsync("start worker process ", StartLimit);
        return new DavServer(process, folder, endPoint);
    }

    public void Store(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder["www"], name))!);
        File.WriteAllBytes(Path.Combine(_folder["www"], name), content);
    }

    public byte[] Stored(string name) => File.ReadAllBytes(Path.Combine(_folder["www"], name));

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
