using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Telemetry;

/// <summary>`/metrics`: what is counted, and who may read it.</summary>
public sealed class MetricsTests
{
    private const string Local = "GET /metrics HTTP/1.1";

    [Fact]
    public async Task Uploads_bytes_by_kind_of_network_errors_and_takeovers_are_counted()
    {
        await using var server = await TestServer.StartAsync();
        var slot = server.Slot("s/f", 100);
        var bytes = TestServer.Bytes(100);
        await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 60\nContent-Range: bytes 0-59/100\nClient-Network: type=lte, name=\"wwan0\"", bytes[..60]);
        await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 50\nContent-Range: bytes 50-99/100\nClient-Network: type=\"a name of the client's own\"", bytes[50..]);
        await server.SendAsync($"PUT {slot} HTTP/1.1\nContent-Length: 100", bytes);
        await server.SendAsync("PUT /s/other?v=0 HTTP/1.1\nContent-Length: 1", [1]);

        var text = (await server.SendAsync(Local)).Text;
        Assert.Contains("# TYPE hfs_uploads_begun_total counter\nhfs_uploads_begun_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_uploads_finished_total{types=\"lte+unknown\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_received_bytes_total{type=\"lte\"} 60\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_received_bytes_total{type=\"unknown\"} 50\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_duplicate_bytes_total 10\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_upload_errors_total{error=\"already_complete\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_uploads_unfinished 0\n", text, StringComparison.Ordinal);
        Assert.Contains("hfs_upload_seconds_bucket{types=\"lte+unknown\",le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("a name of the client", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_this_machine_and_bearers_of_a_token_may_read_them()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(200, (await server.SendAsync(Local)).Status);
        Assert.Equal(401, (await server.SendAsync(Local + "\nX-Forwarded-For: 203.0.113.7")).Status);
        Assert.Equal(403, (await server.SendAsync(Local + "\nX-Forwarded-For: 203.0.113.7\nAuthorization: Bearer wrong")).Status);
        Assert.Equal(200, (await server.SendAsync(Local + $"\nX-Forwarded-For: 203.0.113.7\nAuthorization: Bearer {TestServer.Token}")).Status);
        Assert.Equal(405, (await server.SendAsync("POST /metrics HTTP/1.1\nContent-Length: 0")).Status);
    }
}
