using HmacFileServer.Client;

namespace HmacFileServer.Samples;

/// <summary>Uploads a file over every network of the device, and says how far it is.</summary>
public static class UploadSample
{
    public static async Task<Uri> RunAsync(string file, Uri slot, TextWriter output)
    {
        await using var client = new UploadClient(new ClientOptions { Retries = 3 });
        var upload = client.Start(new UploadRequest(file, slot));
        await foreach (var state in upload.Progress)
            await output.WriteLineAsync($"{state.DoneBytes} of {state.Length} bytes over {string.Join(" and ", state.Active)}");
        var result = await upload.Completion;
        return result.Url;
    }
}
