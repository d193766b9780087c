using System.Text;
using System.Text.Json;
using HmacFileServer.Core.Networks;
using HmacFileServer.Server.Http;
using HmacFileServer.Server.Profiles;
using HmacFileServer.Server.Tests.Wire;
using HmacFileServer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Profiles;

/// <summary>What the server remembers of clients. The clock stands, so every use takes the shortest time that is told apart, and rates follow from lengths.</summary>
public sealed class ClientProfileTests : IDisposable
{
    private const string Device = "a-device-of-the-tests";
    private const string OnWifi = $"Client-Network: type=wifi, name=\"wlan0\", device=\"{Device}\"";
    private const int Length = 600 * 1024;

    private readonly ManualTimeProvider _clock = new();
    private readonly TemporaryFolder _folder = new();
    private readonly LineLog _log = new();

    private string Database => _folder["profiles.db"];

    [Fact]
    public async Task A_known_client_is_told_the_chunks_that_worked_best_and_others_the_table()
    {
        await using var server = await StartAsync();
        await UploadAsync(server, "s/f", Length, OnWifi);
        await _log.WaitForAsync("Profile of device:");
        Assert.Equal((Length, 10 << 20, "wifi"), await AdviceAsync(server, OnWifi));
        Assert.Equal((5 << 20, 10 << 20, null), await AdviceAsync(server, "Client-Network: type=wifi, device=\"another\""));
        Assert.Equal((5 << 20, 10 << 20, null), await AdviceAsync(server, "X-Nothing: 1"));
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_known_by_its_block_of_addresses()
    {
        await using var server = await StartAsync();
        await UploadAsync(server, "s/f", Length, "X-Nothing: 1");
        await _log.WaitForAsync("Profile of block:127.0.0.0/24 over unknown");
        Assert.NotNull(server.Services.GetRequiredService<ClientProfiles>().FindByAddress(server.EndPoint.Address));
    }

    [Theory]
    [InlineData("198.51.100.77", "block:198.51.100.0/24")]
    [InlineData("::ffff:198.51.100.77", "block:198.51.100.0/24")]
    [InlineData("2001:db8:1:2ff::1", "block:2001:db8:1:200::/56")]
    public void Only_the_block_of_an_address_is_kept(string address, string block) => Assert.Equal(block, ClientIdentity.OfBlock(System.Net.IPAddress.Parse(address)));

    [Fact]
    public async Task Profiles_outlive_the_server_for_30_days_and_tell_nobody_who_it_was()
    {
        await using (var server = await StartAsync())
        {
            await UploadAsync(server, "s/f", Length, OnWifi);
            await _log.WaitForAsync("Profile of device:");
        }
        Assert.DoesNotContain(Device, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Database)), StringComparison.Ordinal);
        Assert.DoesNotContain(Device, _log.Text, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(29));
        await using (var server = await StartAsync())
            Assert.Equal("wifi", (await AdviceAsync(server, OnWifi)).Preferred);
        _clock.Advance(TimeSpan.FromDays(2));
        await using (var server = await StartAsync())
            Assert.Null((await AdviceAsync(server, OnWifi)).Preferred);
        Assert.Contains("0 client profiles are known", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_are_written_now_and_then_and_not_only_at_the_end()
    {
        await using var server = await StartAsync();
        await UploadAsync(server, "s/f", Length, OnWifi);
        await _log.WaitForAsync("Profile of device:");
        Assert.DoesNotContain("profiles were written", _log.Text, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Contains("1 client profiles were written", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predictions_are_scored_and_shown()
    {
        await using var server = await StartAsync();
        await UploadAsync(server, "s/1", Length, OnWifi);
        await _log.WaitForAsync("Profile of device:", 1);
        await UploadAsync(server, "s/2", Length * 3 / 2, OnWifi); // as predicted, within a factor of two
        await _log.WaitForAsync("Profile of device:", 2);
        await UploadAsync(server, "s/3", Length, OnWifi);
        await _log.WaitForAsync("Profile of device:", 3);
        await UploadAsync(server, "s/4", Length * 4, OnWifi);
        await _log.WaitForAsync("Profile of device:", 4);
        var metrics = (await server.SendAsync("GET /metrics HTTP/1.1")).Text;
        Assert.Contains("hfs_client_profile_predictions_total{result=\"hit\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("hfs_client_profile_predictions_total{result=\"miss\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("hfs_client_profile_accuracy_ratio 0.6666666666666666\n", metrics, StringComparison.Ordinal);
        Assert.Contains("hfs_client_profiles 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nhfs_client_throughput_bytes_per_second{type=\"wifi\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("\nhfs_client_buffer_bytes{type=\"wifi\"} ", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_breaks_off_makes_the_network_less_reliable()
    {
        await using var server = await StartAsync();
        await UploadAsync(server, "s/f", Length, OnWifi);
        await _log.WaitForAsync("reliability 1.00");
        using (var connection = await server.ConnectAsync())
            await connection.SendAsync($"PUT {server.Slot("s/g", 1000)} HTTP/1.1\nContent-Length: 1000\n{OnWifi}", new byte[500]);
        await _log.WaitForAsync("reliability 0.70");
    }

    [Fact]
    public async Task What_was_refused_or_came_through_a_proxy_teaches_nothing()
    {
        await using var server = await StartAsync();
        using (var refused = await server.ConnectAsync())
        {
            await refused.SendAsync($"PUT /s/f?v=00 HTTP/1.1\nContent-Length: {Length}\n{OnWifi}", new byte[Length]);
            Assert.Equal(403, (await refused.ReadResponseAsync()).Status);
        }
        await UploadAsync(server, "s/f", Length, OnWifi + "\nX-Forwarded-For: 203.0.113.9");
        await UploadAsync(server, "s/g", Length, OnWifi.Replace(Device, "last", StringComparison.Ordinal));
        await _log.WaitForAsync("Profile of device:");
        Assert.Equal(1, _log.Text.Split("Profile of").Length - 1);
        Assert.Null((await AdviceAsync(server, OnWifi)).Preferred);
    }

    [Fact]
    public async Task The_user_of_a_token_is_known_where_no_device_is_named()
    {
        await using var server = await StartAsync();
        var token = new BearerTokens.JwtIssuer(new Core.Slots.SlotSecrets(TestServer.Secret)).ForFiles("alice@example.org", _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1));
        var sent = await server.SendAsync($"POST /files/ HTTP/1.1\nUpload-Complete: ?1\nContent-Length: {Length}\nAuthorization: Bearer {token}", TestServer.Bytes(Length));
        Assert.Equal(201, sent.Status);
        await _log.WaitForAsync("Profile of user:");
        Assert.DoesNotContain("alice", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switched_off_nothing_is_learned_written_read_or_counted()
    {
        await using (var server = await StartAsync())
        {
            await UploadAsync(server, "s/f", Length, OnWifi);
            await _log.WaitForAsync("Profile of device:");
        }
        var before = await File.ReadAllBytesAsync(Database);
        var said = _log.Text;
        await using (var server = await StartAsync(s => s with { ClientOptimization = new() { Enabled = false } }))
        {
            await UploadAsync(server, "s/g", Length, OnWifi);
            Assert.Equal((5 << 20, 10 << 20, null), await AdviceAsync(server, OnWifi));
            Assert.DoesNotContain("\nhfs_client_", (await server.SendAsync("GET /metrics HTTP/1.1")).Text, StringComparison.Ordinal);
            Assert.Null(server.Services.GetRequiredService<ClientProfiles>().Find("anybody", InterfaceType.Wifi));
            _clock.Advance(TimeSpan.FromMinutes(2));
        }
        Assert.Equal(before, await File.ReadAllBytesAsync(Database));
        Assert.DoesNotContain("rofile", _log.Text[said.Length..], StringComparison.Ordinal);
        File.Delete(Database);
        await using (await StartAsync(s => s with { ClientOptimization = new() { Enabled = false } }))
            Assert.False(File.Exists(Database));
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    private Task<TestServer> StartAsync(Func<ServerSettings, ServerSettings>? also = null) => TestServer.StartAsync(
        clock: _clock,
        logging: l => l.AddProvider(_log).SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning),
        configured: s => (also ?? (x => x))(s with { ProfilesPath = Database }));

    private static async Task UploadAsync(TestServer server, string path, int length, string header)
    {
        using var connection = await server.ConnectAsync();
        await connection.SendAsync($"PUT {server.Slot(path, length)} HTTP/1.1\nContent-Length: {length}\n{header}", TestServer.Bytes(length));
        Assert.Equal(201, (await connection.ReadResponseAsync()).Status);
    }

    private static async Task<(int Wifi, int Ethernet, string? Preferred)> AdviceAsync(TestServer server, string header)
    {
        var told = JsonDocument.Parse((await server.SendAsync($"GET /.well-known/hmac-file-server HTTP/1.1\n{header}")).Text).RootElement;
        var chunks = told.GetProperty("chunk_sizes");
        return (chunks.GetProperty("wifi").GetInt32(), chunks.GetProperty("ethernet").GetInt32(), told.TryGetProperty("preferred_network", out var preferred) ? preferred.GetString() : null);
    }
}
