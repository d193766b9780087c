using System.Net;
using System.Net.Sockets;
using System.Text;
using HmacFileServer.Lab.Native;
using HmacFileServer.Lab.Topology;

namespace HmacFileServer.Lab.Scenarios;

/// <summary>
/// Watches an upload from the server's own host: asks every 4 ms, over a loopback connection that none of the faults touch, how
/// many bytes the server holds. It has a thread of its own and knows nothing of the client.
/// </summary>
internal sealed class ProgressSampler : IDisposable
{
    private const long Interval = 4_000_000; // ns

    private readonly LabHost _host;
    private readonly IPEndPoint _server;
    private readonly string _slot;
    private readonly long _length;
    private readonly Thread _thread;
    private readonly Lock _gate = new(); // guards _trace, _duplicates, _awaited and _longestPause
    private readonly ProgressTrace _trace = new();
    private readonly List<(long Bytes, TaskCompletionSource Reached)> _awaited = [];
    private long _duplicates;
    private long _longestPause;
    private volatile bool _stopped;

    /// <param name="host">The server's host.</param>
    /// <param name="server">Where the server listens.</param>
    /// <param name="slot">The slot's request target, with its signature.</param>
    /// <param name="length">Bytes of the file.</param>
    public ProgressSampler(LabHost host, IPEndPoint server, string slot, long length)
    {
        (_host, _server, _slot, _length) = (host, server, slot, length);
        _thread = new Thread(Run) { Name = "sampler", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Bytes that came although the server held them, as last seen.</summary>
    public long DuplicateBytes { get { lock (_gate) return _duplicates; } }

    /// <summary>The longest time between two samples while the upload ran, ms: no gap can be told more exactly than that.</summary>
    public double LongestPauseMilliseconds { get { lock (_gate) return _longestPause / 1e6; } }

    /// <summary>Completes when the server holds so many bytes.</summary>
    public Task ReachedAsync(long bytes)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_trace.Bytes >= bytes)
                reached.SetResult();
            else
                _awaited.Add((bytes, reached));
            return reached.Task;
        }
    }

    /// <summary>Ends the watch and gives what was seen.</summary>
    public ProgressTrace Stop()
    {
        _stopped = true;
        _thread.Join();
        return _trace;
    }

    public void Dispose() => _stopped = true;

    private void Run()
    {
        RealTimeThread.Claim(); // a sample that is late would look like a stall
        string? id = null;
        long last = 0;
        while (!_stopped)
        {
            try
            {
                using var socket = _host.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
                socket.Connect(_server);
                Watch(socket, ref id, ref last);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                Wait(MonotonicClock.Now + Interval); // the server is killed in some scenarios, and comes back
            }
        }
    }

    private void Watch(Socket socket, ref string? id, ref long last)
    {
        var answer = new HttpAnswerReader(socket);
        var request = Request(id is null ? _slot : $"/uploads/{id}");
        while (!_stopped)
        {
            var start = MonotonicClock.Now;
            socket.Send(request);
            var status = answer.Read();
            var now = MonotonicClock.Now;
            if (status == 200 && UploadStatus.TryRead(answer.Body, withId: id is null, out var upload))
            {
                Note(now, last == 0 ? 0 : now - last, upload.ReceivedBytes, upload.DuplicateBytes);
                last = now;
                if (id is null && upload.Id is not null)
                {
                    id = upload.Id;
                    request = Request($"/uploads/{id}"); // the slot itself will answer with the file once it is complete
                }
            }
            else if (id is not null && status is 404 or 410)
            {
                Note(now, 0, _length, DuplicateBytes); // a complete upload is no upload any more
                return;
            }
            Wait(start + Interval);
        }
    }

    private void Note(long at, long pause, long bytes, long duplicates)
    {
        lock (_gate)
        {
            _trace.Add(at, bytes);
            _duplicates = duplicates;
            if (bytes > 0 && bytes < _length)
                _longestPause = Math.Max(_longestPause, pause);
            for (var i = _awaited.Count - 1; i >= 0; i--)
            {
                if (bytes < _awaited[i].Bytes)
                    continue;
                _awaited[i].Reached.SetResult();
                _awaited.RemoveAt(i);
            }
        }
    }

    private byte[] Request(string target) =>
        Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {_server}\r\nAccept: application/json\r\n\r\n");

    private static unsafe void Wait(long until)
    {
        var left = until - MonotonicClock.Now;
        if (left <= 0)
            return;
        var time = new TimeSpecification { Seconds = left / 1_000_000_000, Nanoseconds = left % 1_000_000_000 };
        _ = Libc.Poll(null, 0, &time, null);
    }
}
