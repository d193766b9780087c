using System.Text;
using HmacFileServer.Server.Tests.Wire;

namespace HmacFileServer.Server.Tests.Tus;

/// <summary>The requests of a tus client, as text.</summary>
internal static class TusWire
{
    public const string Headers = "Tus-Resumable: 1.0.0\nAuthorization: Bearer " + TestServer.Token;
    public const string PatchType = "Content-Type: application/offset+octet-stream";

    /// <summary>Creates an upload on a slot and gives its path.</summary>
    public static async Task<string> CreateAsync(TestServer server, string slot, long length)
    {
        var answer = await server.SendAsync($"POST {server.Slot(slot, length)} HTTP/1.1\n{Headers}\nUpload-Length: {length}\nContent-Length: 0");
        Assert.Equal(201, answer.Status);
        return answer["Location"]!;
    }

    public static Task<RawResponse> PatchAsync(TestServer server, string path, long offset, byte[] body, string more = "") =>
        server.SendAsync($"PATCH {path} HTTP/1.1\n{Headers}\n{PatchType}\nUpload-Offset: {offset}\nContent-Length: {body.Length}{more}", body);

    public static Task<RawResponse> HeadAsync(TestServer server, string path) => server.SendAsync($"HEAD {path} HTTP/1.1\n{Headers}");

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A body in two chunks with a trailer.</summary>
    public static byte[] Chunked(byte[] body, string trailer)
    {
        var half = body.Length / 2;
        return
        [
            .. Encoding.ASCII.GetBytes($"{half:x}\r\n"), .. body[..half], .. "\r\n"u8,
            .. Encoding.ASCII.GetBytes($"{body.Length - half:x}\r\n"), .. body[half..], .. "\r\n"u8,
            .. Encoding.ASCII.GetBytes($"0\r\n{trailer}\r\n\r\n"),
        ];
    }
}
