using System.Text.Json;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>An upload as its JSON view shows it, which ends and delays nothing.</summary>
internal static class UploadView
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until the view is as it shall be; fails with the last one if it does not become so.</summary>
    /// <param name="server">The server.</param>
    /// <param name="target">A signed slot, or an upload's address; it need not be there yet.</param>
    /// <param name="isThere">What is waited for.</param>
    public static async Task<JsonElement> UntilAsync(TestServer server, string target, Func<JsonElement, bool> isThere)
    {
        var before = TimeProvider.System.GetTimestamp();
        var last = "";
        while (TimeProvider.System.GetElapsedTime(before) < Patience)
        {
            var answer = await server.SendAsync($"GET {target} HTTP/1.1\nAccept: application/json");
            last = answer.Text;
            if (answer.Status == 200 && JsonDocument.Parse(answer.Text).RootElement is var json && isThere(json))
                return json;
            await Task.Yield();
        }
        throw new TimeoutException($"After {Patience} the upload is: {last}");
    }

    /// <summary>Waits until so many bytes are held, or more.</summary>
    public static Task<JsonElement> UntilReceivedAsync(TestServer server, string target, long bytes) =>
        UntilAsync(server, target, view => view.GetProperty("received_bytes").GetInt64() >= bytes);
}
