using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Testing;

namespace HmacFileServer.EndToEnd.Tests.Foreign;

/// <summary>A small HTTP proxy: opens tunnels, and passes on what has the whole URL in its first line. Remembers the first heads.</summary>
internal sealed class ForwardProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(LoopbackAddress.Next(), 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;
    private readonly List<string> _heads = []; // guarded by itself

    public ForwardProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>The first head of every connection.</summary>
    public IReadOnlyList<string> Heads
    {
        get { lock (_heads) return [.. _heads]; }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var bytes = new byte[16 * 1024];
            var length = 0;
            while (!Encoding.Latin1.GetString(bytes, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(bytes.AsMemory(length), _ended.Token) is not (> 0 and var read))
                    return;
                length += read;
            }
            var head = Encoding.Latin1.GetString(bytes, 0, length);
            lock (_heads)
                _heads.Add(head);
            var target = head.Split(' ')[1];
            var isTunnel = head.StartsWith("CONNECT ", StringComparison.Ordinal);
            var to = isTunnel ? new Uri("http://" + target) : new Uri(target);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Parse(to.Host), to.Port, _ended.Token);
            if (isTunnel)
                await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _ended.Token);
            else
                await server.GetStream().WriteAsync(bytes.AsMemory(0, length), _ended.Token);
            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _ended.Token), server.GetStream().CopyToAsync(stream, _ended.Token));
        }
    }
}
