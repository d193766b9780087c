using System.Globalization;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Senders;

/// <summary>`curl -T`: what people use.</summary>
internal static class CurlSender
{
    public static async Task<UploadRun> SendAsync(UploadRequest request)
    {
        // Without the wait for 100 Continue, which one server answers and another lets time out.
        List<string> arguments = ["-sS", "-T", request.File, "-X", request.Method, "-H", "Expect:", "-o", "/dev/null", "-w", "%{http_code} %{time_total}"];
        foreach (var (name, value) in request.Headers)
            arguments.AddRange(["-H", $"{name}: {value}"]);
        var output = await ChildProcess.RunAsync("curl", [.. arguments, $"http://{request.Server}{request.Target}"], TimeSpan.FromMinutes(5));
        var fields = output.Trim().Split(' ');
        return new UploadRun(double.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[0], CultureInfo.InvariantCulture));
    }
}
