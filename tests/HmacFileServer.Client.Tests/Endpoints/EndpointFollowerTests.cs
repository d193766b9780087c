using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using HmacFileServer.Client.Endpoints;
using HmacFileServer.Client.Paths;
using HmacFileServer.Core.Networks;
using HmacFileServer.Testing;

namespace HmacFileServer.Client.Tests.Endpoints;

/// <summary>What a follower is told, and when, by a server of the test's making.</summary>
public sealed class EndpointFollowerTests : IDisposable
{
    private const string Before = """{"endpoints":[{"url":"http://127.0.0.8:PORT/","interface":"eth0","priority":10,"state":"active"},{"url":"http://127.0.0.9:PORT/","interface":"wlan0","priority":20,"state":"up"}]}""";
    private const string After = """{"endpoints":[{"url":null,"interface":"eth0","priority":10,"state":"down"},{"url":"http://127.0.0.9:PORT/","interface":"wlan0","priority":20,"state":"active"}]}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(LoopbackAddress.Next(), 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Channel<(IReadOnlyList<AnnouncedEndpoint> List, string Why)> _told = Channel.CreateUnbounded<(IReadOnlyList<AnnouncedEndpoint>, string)>();
    private string _announced = Before;
    private string _events = ":\n\n";
    private IReadOnlyDictionary<InterfaceType, long>? _advised;

    public EndpointFollowerTests()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    private IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
        _ending.Dispose();
    }

    [Fact]
    public async Task A_switch_before_the_listening_has_begun_is_not_missed()
    {
        _ = FollowAsync();
        Assert.Equal(("the server is asked", EndpointState.Active), await NextAsync());
        _announced = After; // while the follower has not asked for events yet: none will speak of it
        Assert.Equal(("the server is asked again", EndpointState.Down), await NextAsync());
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task A_switch_that_is_told_by_an_event_is_passed_on_at_once()
    {
        _events = $"event: upload\ndata: {{}}\n\nevent: switch\ndata: {Told(After)}\n\n";
        _ = FollowAsync();
        Assert.Equal("the server is asked", (await NextAsync()).Why);
        Assert.Equal("the server is asked again", (await NextAsync()).Why);
        Assert.Equal(("the server switches", EndpointState.Down), await NextAsync());
    }

    [Fact]
    public async Task The_question_says_over_what_it_comes_and_the_advice_is_passed_on()
    {
        _announced = Before[..^1] + ",\"chunk_sizes\":{\"wifi\":300000,\"lte\":1,\"ethernet\":\"x\",\"5g\":-5,\"carrier pigeon\":7}}";
        _ = FollowAsync();
        await NextAsync();
        Assert.Contains("Client-Network: type=loopback, name=\"lo\", device=\"d1\"\r\n", _asked.First(), StringComparison.Ordinal);
        Assert.Equal([(InterfaceType.Wifi, 300_000), (InterfaceType.Lte, 64 * 1024)], _advised!.Select(a => (a.Key, a.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"chunk_sizes\":7}")]
    public void What_is_no_advice_is_none(string text) => Assert.Empty(ChunkAdvice.Read(text));

    private async Task<(string Why, EndpointState First)> NextAsync()
    {
        var (list, why) = await _told.Reader.ReadAsync(_ending.Token).AsTask().WaitAsync(Patience);
        return (why, list[0].State);
    }

    private Task FollowAsync()
    {
        var upload = new Uri($"http://{At}/s/f?v2=x");
        var options = new ClientOptions { DeviceId = "d1" };
        EndpointRoute route = new(new PathCandidate("lo", InterfaceType.Loopback, null), At.Address, true);
        return new EndpointFollower(new EndpointQuestion(upload, upload, options, TimeProvider.System) { Advised = sizes => _advised = sizes }, options, TimeProvider.System,
            _ => Task.FromResult<IReadOnlyList<EndpointRoute>>([route]), (list, _, why) => _told.Writer.TryWrite((list, why))).RunAsync(_ending.Token);
    }

    private string Told(string text) => text.Replace("PORT", $"{At.Port}", StringComparison.Ordinal);

    private async Task ServeAsync()
    {
        while (true)
            _ = AnswerAsync(await _listener.AcceptSocketAsync(_ending.Token));
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[8192];
            while (await socket.ReceiveAsync(buffer, _ending.Token) is > 0 and var read)
            {
                var request = Encoding.ASCII.GetString(buffer, 0, read);
                _asked.Enqueue(request);
                var isQuestion = request.StartsWith("GET /.well-known/hmac-file-server ", StringComparison.Ordinal);
                Assert.True(isQuestion || request.Contains("Accept: text/event-stream;events=switch\r\n", StringComparison.Ordinal), request);
                var body = isQuestion ? Told(_announced) : _events;
                var type = isQuestion ? $"application/json\r\nContent-Length: {body.Length}" : "text/event-stream";
                await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n\r\n{body}"), _ending.Token);
            }
        }
    }
}
