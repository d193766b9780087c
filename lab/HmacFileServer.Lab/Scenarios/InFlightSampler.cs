using System.Globalization;
using System.Net;
using System.Text;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Topology;
using Microsoft.Win32.SafeHandles;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>
/// Watches what the client has handed to its sockets on one link and the server's TCP has not acknowledged: what is in flight,
/// and the most that a client can have to send again. Read from the kernel's table of connections every 5 ms.
/// </summary>
internal sealed class InFlightSampler : IDisposable
{
    private readonly Thread _thread;
    private readonly string? _local;
    private readonly string _remote;
    private readonly SafeFileHandle _table;
    private readonly byte[] _bytes = new byte[256 << 10]; // some 1700 connections
    private readonly char[] _text = new char[256 << 10];
    private readonly Lock _gate = new(); // guards _largest and both buffers
    private long _largest;
    private volatile bool _stopped;

    /// <param name="client">Where the client runs.</param>
    /// <param name="link">Which of its links; null for all of them, to whichever address of the server.</param>
    /// <param name="server">Where the server listens.</param>
    public InFlightSampler(LabHost client, LabLink? link, IPEndPoint server)
    {
        _local = link is null ? null : Hexadecimal(link.Ends.ClientAddress) + ":";
        _remote = string.Create(CultureInfo.InvariantCulture, $"{(link is null ? "" : Hexadecimal(server.Address))}:{server.Port:X4}");
        // /proc/net is the process's; a thread's own namespace is below thread-self. The open file stays in it.
        _table = client.Run(() => File.OpenHandle("/proc/thread-self/net/tcp"));
        _thread = new Thread(Watch) { Name = "in flight", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The largest sum over the link's connections since <see cref="Restart"/>; bytes.</summary>
    public long LargestBytes { get { lock (_gate) return _largest; } }

    /// <summary>Begins anew with what is in flight now.</summary>
    public void Restart()
    {
        lock (_gate)
            _largest = Measure();
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _table.Dispose();
    }

    private unsafe void Watch()
    {
        RealTimeThread.Claim(); // connections of a lost link are gone within milliseconds
        while (!_stopped)
        {
            lock (_gate)
                _largest = Math.Max(_largest, Measure());
            var time = new TimeSpecification { Nanoseconds = 5_000_000 };
            _ = Libc.Poll(null, 0, &time, null);
        }
    }

    private long Measure()
    {
        var length = Encoding.ASCII.GetChars(_bytes.AsSpan(0, Read(_table, _bytes)), _text);
        return Sum(_text.AsSpan(0, length));
    }

    private static int Read(SafeFileHandle table, byte[] bytes)
    {
        var length = 0;
        // The kernel gives a page at a time.
        for (int read; length < bytes.Length && (read = RandomAccess.Read(table, bytes.AsSpan(length), length)) > 0;)
            length += read;
        return length;
    }

    /// <summary>Adds up tx_queue of the lines <c>sl: local remote st tx_queue:rx_queue ...</c>, all hexadecimal.</summary>
    private long Sum(ReadOnlySpan<char> table)
    {
        long sum = 0;
        foreach (var line in table.EnumerateLines())
        {
            // Each address is eight digits, a colon and the port's four.
            var at = _local is null ? line.IndexOf(": ") + 2 : line.IndexOf(_local, StringComparison.Ordinal);
            if (at < (_local is null ? 2 : 0) || line.Length < at + 40 || !line.Slice(at + 14, 13).EndsWith(_remote, StringComparison.Ordinal))
                continue;
            var queues = line[(at + 14 + 14 + 3)..]; // after "local remote st "
            if (long.TryParse(queues[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sending))
                sum += sending;
        }
        return sum;
    }

    // The table shows addresses as 32-bit numbers in the machine's own byte order.
    private static string Hexadecimal(IPAddress address) =>
        BitConverter.ToUInt32(address.GetAddressBytes()).ToString("X8", CultureInfo.InvariantCulture);
}
