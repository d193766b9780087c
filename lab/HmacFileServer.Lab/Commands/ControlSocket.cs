using System.Net.Sockets;

namespace HmacFileServer.Lab.Commands;

/// <summary>
/// The socket over which other invocations of <c>hfs-lab</c> command a running lab: one line in, the answer out, closed. Only
/// the user who started the lab (root) can reach it.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private const string Folder = "/run/hfs-lab";
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _path;

    public ControlSocket(string lab)
    {
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _path = PathOf(lab);
        File.Delete(_path);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    /// <summary>Names of labs that have a socket; one that crashed may be among them.</summary>
    public static IReadOnlyList<string> Labs =>
        Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "*.sock").Select(f => Path.GetFileNameWithoutExtension(f)).Order()] : [];

    /// <summary>Sends a line to a lab.</summary>
    /// <exception cref="SocketException">The lab does not run.</exception>
    public static async Task<string> AskAsync(string lab, string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathOf(lab)));
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream, leaveOpen: true);
        await writer.WriteLineAsync(line);
        await writer.FlushAsync();
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Removes the socket files of labs that crashed.</summary>
    public static void Forget(string lab) => File.Delete(PathOf(lab));

    /// <summary>Answers every connection until cancelled. Connections are served side by side: a flap may take a while.</summary>
    public async Task ServeAsync(Func<string, Task<string>> obey, CancellationToken cancellation)
    {
        try
        {
            while (true)
                _ = ServeOneAsync(await _listener.AcceptAsync(cancellation), obey);
        }
        catch (OperationCanceledException)
        {
            // The lab goes down.
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    private static string PathOf(string lab) => Path.Combine(Folder, Path.GetFileName(lab) + ".sock");

    private static async Task ServeOneAsync(Socket socket, Func<string, Task<string>> obey)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, leaveOpen: true);
            await using var writer = new StreamWriter(stream, leaveOpen: true);
            if (await reader.ReadLineAsync() is { } line)
                await writer.WriteLineAsync(await obey(line));
        }
        catch (IOException)
        {
            // Who asked has gone.
        }
    }
}
