using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Uploads;

/// <summary>An upload that was begun with one protocol goes on with every other: no protocol has state of its own.</summary>
public sealed class CrossProtocolTests
{
    private const string Put = "plain PUT";
    private const string Segment = "segment";
    private const string Tus = "tus";
    private const string Ietf = "IETF";
    private const int Length = 300_000;
    private const int Cut = 120_000;

    private static readonly string[] Protocols = [Put, Segment, Tus, Ietf];

    public static TheoryData<string, string, bool> Pairs()
    {
        var pairs = new TheoryData<string, string, bool>();
        foreach (var first in Protocols)
        {
            foreach (var second in Protocols)
            {
                pairs.Add(first, second, false);
                pairs.Add(first, second, true);
            }
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Begun_with_one_and_continued_with_another(string first, string second, bool firstIsStale)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = TestServer.Bytes(Length);
        var target = server.Slot("s/f", Length);
        using var begun = await server.ConnectAsync();
        await BeginAsync(begun, first, target, bytes);
        await UploadView.UntilReceivedAsync(server, target, Cut);
        if (!firstIsStale)
            begun.Dispose();

        var status = await ContinueAsync(server, second, target, bytes);

        Assert.Equal(second == Tus ? 204 : 201, status);
        Assert.Equal(bytes, await server.ReadFileAsync("s/f"));
    }

    /// <summary>Says that the whole file comes, and sends a part of it.</summary>
    private static Task BeginAsync(RawConnection connection, string protocol, string target, byte[] bytes) => connection.SendAsync(
        protocol switch
        {
            Put => $"PUT {target} HTTP/1.1",
            Segment => $"PUT {target} HTTP/1.1\nContent-Range: bytes 0-{Length - 1}/{Length}",
            Tus => $"POST {target} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Length: {Length}\nContent-Type: application/offset+octet-stream",
            _ => $"POST {target} HTTP/1.1\nUpload-Complete: ?1",
        } + $"\nContent-Length: {Length}",
        bytes[..Cut]);

    private static async Task<int> ContinueAsync(TestServer server, string protocol, string target, byte[] bytes)
    {
        switch (protocol)
        {
            case Put:
                return (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Length: {Length}", bytes)).Status;
            case Segment:
                var held = int.Parse((await server.SendAsync($"HEAD {target} HTTP/1.1"))["Upload-Offset"]!);
                return (await server.SendAsync($"PUT {target} HTTP/1.1\nContent-Range: bytes {held}-{Length - 1}/{Length}\nContent-Length: {Length - held}", bytes[held..])).Status;
            case Tus:
                var created = await server.SendAsync($"POST {target} HTTP/1.1\nTus-Resumable: 1.0.0\nUpload-Length: {Length}\nContent-Length: 0");
                var upload = created["Location"]!;
                var offset = int.Parse((await server.SendAsync($"HEAD {upload} HTTP/1.1\nTus-Resumable: 1.0.0"))["Upload-Offset"]!);
                Assert.Equal(Cut, offset);
                return (await server.SendAsync(
                    $"PATCH {upload} HTTP/1.1\nTus-Resumable: 1.0.0\nContent-Type: application/offset+octet-stream\nUpload-Offset: {offset}\nContent-Length: {Length - offset}",
                    bytes[offset..])).Status;
            default:
                var resumable = (await server.SendAsync($"POST {target} HTTP/1.1\nUpload-Complete: ?0\nUpload-Length: {Length}\nContent-Length: 0"))["Location"]!;
                var at = int.Parse((await server.SendAsync($"HEAD {resumable} HTTP/1.1\nUpload-Draft-Interop-Version: 8"))["Upload-Offset"]!);
                Assert.Equal(Cut, at);
                return (await server.SendAsync(
                    $"PATCH {resumable} HTTP/1.1\nContent-Type: application/partial-upload\nUpload-Offset: {at}\nUpload-Complete: ?1\nContent-Length: {Length - at}",
                    bytes[at..])).Status;
        }
    }
}
