using System.Globalization;
using HmacFileServer.Bench.Senders;
using HmacFileServer.Bench.Servers;

namespace HmacFileServer.Bench.Ingest;

/// <summary>How a file is brought: one PUT, or tus: a creation, then all bytes in one PATCH.</summary>
internal sealed record IngestProtocol(string Name, int Success)
{
    private const string ContentType = "Content-Type";

    public static readonly IngestProtocol Put = new("put", 201);
    public static readonly IngestProtocol Tus = new("tus", 204);

    /// <summary>The request that carries the file, and the upload's URL where one had to be created first.</summary>
    public async Task<(UploadRequest Request, string? Created)> PrepareAsync(Peer peer, string target, string file)
    {
        if (this == Put)
            return (new UploadRequest(peer.EndPoint, "PUT", target, [(ContentType, "application/octet-stream")], file), null);
        using var http = new HttpClient();
        using var creation = new HttpRequestMessage(HttpMethod.Post, $"http://{peer.EndPoint}{target}");
        creation.Headers.Add("Tus-Resumable", "1.0.0");
        creation.Headers.Add("Upload-Length", new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture));
        using var created = await http.SendAsync(creation);
        if ((int)created.StatusCode != 201 || created.Headers.Location is not { } location)
            throw new InvalidOperationException($"{peer.Name} answered the creation with {(int)created.StatusCode}.");
        var path = new Uri(creation.RequestUri!, location).AbsolutePath;
        return (new UploadRequest(
            peer.EndPoint, "PATCH", path, [("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0"), (ContentType, "application/offset+octet-stream")], file), path);
    }
}
