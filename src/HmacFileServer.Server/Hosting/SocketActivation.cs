using System.Globalization;

namespace HmacFileServer.Server.Hosting;

/// <summary>Sockets that the service manager hands over at the start, by the protocol of sd_listen_fds(3).</summary>
internal static class SocketActivation
{
    private const int First = 3; // after standard input, output and error
    private const int Most = 64; // more are a mistake

    /// <summary>The sockets; none if the variables are not there or were meant for another process.</summary>
    /// <param name="variable">Gives an environment variable, null where it is not set.</param>
    /// <param name="processId">Our own.</param>
    /// <exception cref="IOException">The variables contradict themselves, or a socket cannot be used.</exception>
    public static IReadOnlyList<InheritedEndPoint> Read(Func<string, string?> variable, int processId)
    {
        if (variable("LISTEN_PID") != processId.ToString(CultureInfo.InvariantCulture))
            return []; // a child of the one that they were meant for
        var text = variable("LISTEN_FDS");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Most)
            throw new IOException($"LISTEN_FDS is '{text}': the service manager hands over 1 to {Most.ToString(CultureInfo.InvariantCulture)} sockets.");
        var names = variable("LISTEN_FDNAMES")?.Split(':') ?? [];
        if (names.Length > 0 && names.Length != count)
            throw new IOException("LISTEN_FDNAMES does not name as many sockets as LISTEN_FDS says that there are.");
        return [.. Enumerable.Range(0, count).Select(i => InheritedEndPoint.Open(First + i, names.Length > 0 ? names[i] : ""))];
    }
}
