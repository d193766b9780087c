using HmacFileServer.Client;
using HmacFileServer.Client.Downloads;
using HmacFileServer.Core.Networks;

namespace HmacFileServer.Cli.Rendering;

/// <summary>The lines behind a finished transfer.</summary>
internal static class Summary
{
    public static void Write(TextWriter output, DownloadResult result)
    {
        output.WriteLine(result.FilePath);
        var seconds = Math.Max(result.Duration.TotalSeconds, 0.001);
        output.WriteLine($"  {Amount.Bytes(result.Bytes)} in {seconds:F1} s ({Amount.Bytes((long)((result.Bytes - result.HeldBytes) / seconds))}/s), "
            + $"longest stall {result.LargestStall.TotalMilliseconds:F0} ms, {(result.IsVerified ? "digest proven" : "the server tells no digest to prove it by")}");
        foreach (var change in result.Switches)
            output.WriteLine($"  {change.At.TotalSeconds:F1} s: {Amount.Switch(change)}");
    }

    public static void Write(TextWriter output, UploadResult result)
    {
        output.WriteLine(result.Url.AbsoluteUri);
        var seconds = Math.Max(result.Duration.TotalSeconds, 0.001);
        output.WriteLine($"  {Amount.Bytes(result.Bytes)} in {seconds:F1} s ({Amount.Bytes((long)((result.Bytes - result.HeldBytes) / seconds))}/s), "
            + $"{Amount.Bytes(result.ResentBytes)} sent twice, longest stall {result.LargestStall.TotalMilliseconds:F0} ms");
        if (result.Restarts > 0)
            output.WriteLine($"  begun again {result.Restarts} times: this server takes plain PUT only, which cannot go on after a break");
        foreach (var change in result.Switches)
            output.WriteLine($"  {change.At.TotalSeconds:F1} s: {Amount.Switch(change)}");
    }
}

/// <summary>Figures as people read them.</summary>
internal static class Amount
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>1 KB = 1024 B.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return unit == 0 ? $"{bytes} B" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value:F1} {Units[unit]}");
    }

    public static string Switch(PathSwitch change) =>
        $"{End(change.From, change.FromEndpoint, change)} -> {End(change.To, change.ToEndpoint, change)} ({change.Reason.Name()}: {change.Evidence})";

    /// <summary>The interface; and the server's address, where that is what has changed.</summary>
    private static string End(string name, string? endpoint, PathSwitch change) => change.FromEndpoint == change.ToEndpoint ? name : $"{name} to {endpoint}";
}
