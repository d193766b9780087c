using System.Net;
using System.Net.Http.Headers;
using HmacFileServer.Core.Uploads;

namespace HmacFileServer.EndToEnd.Tests.Crashes;

/// <summary>Sends segments of one file to its slot, and knows what the server acknowledged. Not for several threads but where it says so.</summary>
internal sealed class SegmentSender(string slot, byte[] content) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Lock _gate = new(); // guards Acknowledged
    private readonly RangeSet _acknowledged = new();

    /// <summary>Everything that a response acknowledged so far.</summary>
    public RangeSet Acknowledged
    {
        get { lock (_gate) return _acknowledged.Clone(); }
    }

    /// <summary>True once a response said that the file is whole.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>
    /// Sends one segment; <paramref name="sent"/> hears of every piece handed to the socket. False if the server ended before it answered. May run
    /// several times at once.
    /// </summary>
    public async Task<bool> TrySendAsync(ByteRange range, Action<int> sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, slot) { Content = new WatchedContent(content, range, sent) };
        request.Content.Headers.ContentRange = new ContentRangeHeaderValue(range.Start, range.End - 1, content.Length);
        try
        {
            using var response = await _http.SendAsync(request);
            Assert.True(
                response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Created,
                $"{(int)response.StatusCode} for {range}: {await response.Content.ReadAsStringAsync()}");
            lock (_gate)
            {
                _acknowledged.Add(range);
                IsComplete |= response.StatusCode == HttpStatusCode.Created;
            }
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What the server says that it holds; null if the file is whole already.</summary>
    public async Task<RangeSet?> AskAsync()
    {
        using var response = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, slot));
        if (response.StatusCode == HttpStatusCode.NotFound)
            return new RangeSet(); // killed before the first byte of the upload's record
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        if (!response.Headers.TryGetValues("Upload-Received", out var values))
            return null;
        Assert.True(RangeSet.TryParse(string.Join(", ", values), out var received));
        return received;
    }

    public Task<byte[]> DownloadAsync() => _http.GetByteArrayAsync(new Uri(slot[..slot.IndexOf('?', StringComparison.Ordinal)]));

    public void Dispose() => _http.Dispose();

    private sealed class WatchedContent(byte[] content, ByteRange range, Action<int> sent) : HttpContent
    {
        private const int PieceBytes = 16 * 1024;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var position = range.Start; position < range.End; position += PieceBytes)
            {
                var length = (int)Math.Min(PieceBytes, range.End - position);
                await stream.WriteAsync(content.AsMemory((int)position, length));
                await stream.FlushAsync();
                sent(length);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = range.Length;
            return true;
        }
    }
}
