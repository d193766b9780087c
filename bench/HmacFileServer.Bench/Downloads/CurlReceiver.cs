using System.Globalization;
using System.Net;
using HmacFileServer.Testing;

namespace HmacFileServer.Bench.Downloads;

/// <summary>`curl -o /dev/null`: what people use.</summary>
internal static class CurlReceiver
{
    /// <summary>Seconds of a whole download.</summary>
    public static async Task<double> ReceiveAsync(IPEndPoint server, string target)
    {
        var output = await ChildProcess.RunAsync("curl", ["-sS", "-f", "-o", "/dev/null", "-w", "%{time_total}", $"http://{server}{target}"], TimeSpan.FromMinutes(5));
        return double.Parse(output.Trim(), CultureInfo.InvariantCulture);
    }
}
