using System.Text.Json;
using HmacFileServer.Core.Networks;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Networks;

/// <summary>An upload as a stream of events, and where the server says that it can be reached.</summary>
public sealed class UploadEventTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Progress_a_switch_of_the_server_and_the_end_are_told_as_they_happen()
    {
        var monitor = new ScriptedMonitor();
        monitor.Set(("eth0", InterfaceType.Ethernet, "198.18.1.1"), ("wlan0", InterfaceType.Wifi, "198.18.2.1"));
        await using var server = await TestServer.StartAsync(monitor: () => monitor);
        var bytes = TestServer.Bytes(200);
        var slot = server.Slot("s/f", 200);
        Assert.Equal(204, (await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 100\nContent-Range: bytes 0-99/200", bytes[..100])).Status);

        using var http = new HttpClient { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server.EndPoint}{slot}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        var (name, data) = await NextAsync(lines);
        Assert.Equal(("upload", 100), (name, data.GetProperty("received_bytes").GetInt64()));

        monitor.Set(("wlan0", InterfaceType.Wifi, "198.18.2.1"));
        (name, data) = await NextAsync(lines);
        Assert.Equal(("switch", "eth0", "wlan0", "interface_down"),
            (name, data.GetProperty("from").GetString(), data.GetProperty("to").GetString(), data.GetProperty("reason").GetString()));
        var endpoints = data.GetProperty("endpoints").EnumerateArray().ToList();
        Assert.Equal($"http://198.18.2.1:{server.EndPoint.Port}/", endpoints[0].GetProperty("url").GetString());
        Assert.Equal("active", endpoints[0].GetProperty("state").GetString());
        Assert.Equal(("eth0", "down"), (endpoints[1].GetProperty("interface").GetString(), endpoints[1].GetProperty("state").GetString()));

        Assert.Equal(201, (await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 100\nContent-Range: bytes 100-199/200", bytes[100..])).Status);
        do
            (name, data) = await NextAsync(lines);
        while (data.GetProperty("state").GetString() is "receiving" or "finishing");
        Assert.Equal("complete", data.GetProperty("state").GetString());
        Assert.Equal("", await lines.ReadLineAsync().WaitAsync(Patience));
        Assert.Null(await lines.ReadLineAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Switch_notification_off_no_upload_is_told_of_a_switch()
    {
        var monitor = new ScriptedMonitor();
        monitor.Set(("eth0", InterfaceType.Ethernet, "198.18.1.1"), ("wlan0", InterfaceType.Wifi, "198.18.2.1"));
        await using var server = await TestServer.StartAsync(monitor: () => monitor, configured: s => s with { Handoff = new() { SwitchNotificationEnabled = false } });
        var bytes = TestServer.Bytes(200);
        var slot = server.Slot("s/f", 200);
        await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 100\nContent-Range: bytes 0-99/200", bytes[..100]);
        using var http = new HttpClient { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server.EndPoint}{slot}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("upload", (await NextAsync(lines)).Name);

        monitor.Set(("wlan0", InterfaceType.Wifi, "198.18.2.1"));
        await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 100\nContent-Range: bytes 100-199/200", bytes[100..]);
        string? line;
        while ((line = await lines.ReadLineAsync().WaitAsync(Patience)) is not null)
            Assert.NotEqual("event: switch", line);
    }

    [Fact]
    public async Task Without_announce_interfaces_only_the_address_of_the_request_is_told()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync("GET /.well-known/hmac-file-server HTTP/1.1");
        var endpoints = JsonDocument.Parse(answer.Text).RootElement.GetProperty("endpoints").EnumerateArray().ToList();
        Assert.Equal(JsonValueKind.Null, Assert.Single(endpoints).GetProperty("interface").ValueKind);
    }

    [Fact]
    public async Task What_the_configuration_says_of_kinds_counts_for_the_interfaces_of_the_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loopback interface is called lo on Linux.");
        await using var server = await TestServer.StartAsync(configured: s => s with
        {
            AnnounceInterfaces = true,
            NetworkResilience = new() { InterfaceTypes = [new("lo", InterfaceType.Satellite)] },
            NetworkInterfaces = new() { Satellite = new() { ChunkSize = 77777 } },
        });
        var told = JsonDocument.Parse((await server.SendAsync("GET /.well-known/hmac-file-server HTTP/1.1")).Text).RootElement;
        var loopback = told.GetProperty("endpoints").EnumerateArray().Where(e => e.GetProperty("interface").GetString() == "lo");
        Assert.All(loopback, e => Assert.Equal("satellite", e.GetProperty("type").GetString()));
        Assert.NotEmpty(loopback);
        Assert.Equal(77777, told.GetProperty("chunk_sizes").GetProperty("satellite").GetInt32());
    }

    private static async Task<(string Name, JsonElement Data)> NextAsync(StreamReader lines)
    {
        string? name = null, line;
        while ((line = await lines.ReadLineAsync().WaitAsync(Patience)) is not null)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (name!, JsonDocument.Parse(line[6..]).RootElement);
        }
        throw new EndOfStreamException("The stream ended before the event.");
    }
}
