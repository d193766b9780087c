using System.Globalization;
using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Senders;

/// <summary>`curl -T`: what people use.</summary>
internal static class CurlSender
{
    public static async Task<UploadRun> SendAsync(IPEndPoint server, string target, string file)
    {
        var output = await ChildProcess.RunAsync(
            "curl",
            ["-sS", "-T", file, "-H", "Content-Type: application/octet-stream", "-o", "/dev/null", "-w", "%{http_code} %{time_total}", $"http://{server}{target}"],
            TimeSpan.FromMinutes(5));
        var fields = output.Trim().Split(' ');
        return new UploadRun(double.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[0], CultureInfo.InvariantCulture));
    }
}
