namespace HmacFileServer.Lab.Topology;

/// <summary>Which TCP congestion controls a namespace may use.</summary>
internal static class CongestionControl
{
    private const string Available = "/proc/sys/net/ipv4/tcp_available_congestion_control";
    private const string Allowed = "/proc/sys/net/ipv4/tcp_allowed_congestion_control";

    /// <summary>
    /// Adds an algorithm to those that anyone on this machine may choose. A namespace can only make such a one its default, and
    /// the list is the machine's, not the namespace's; it cannot hurt the machine's other connections.
    /// </summary>
    /// <exception cref="InvalidOperationException">The kernel does not have it.</exception>
    public static void Allow(string algorithm)
    {
        var available = File.ReadAllText(Available).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (!available.Contains(algorithm))
            throw new InvalidOperationException($"this kernel has no congestion control '{algorithm}'; it has {string.Join(", ", available)}");
        var allowed = File.ReadAllText(Allowed).Trim();
        if (!allowed.Split(' ').Contains(algorithm))
            File.WriteAllText(Allowed, $"{allowed} {algorithm}");
    }
}
