using System.Globalization;
using System.Text;

namespace HmacFileServer.Bench.Clients;

/// <summary>One upload.</summary>
/// <param name="Client">`curl` or `hfs`.</param>
/// <param name="BytesPerSecond">What it was bounded to; null for unbounded.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record ClientCpuRun(string Client, long? BytesPerSecond, ClientCost Cost);

/// <summary>What is written to bench/results.</summary>
/// <param name="At">When.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Runs">Of each client at each rate.</param>
/// <param name="Processors">Of the machine.</param>
/// <param name="Kernel">Its name and version.</param>
/// <param name="Program">How `hfs` was made.</param>
/// <param name="DigestSeconds">Processor seconds to read the file and compute its SHA-256, which is a part of what `hfs` does.</param>
/// <param name="All">Every run.</param>
internal sealed record ClientCpuReport(
    DateTimeOffset At, long Bytes, int Runs, int Processors, string Kernel, string Program, double DigestSeconds, IReadOnlyList<ClientCpuRun> All)
{
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Processor seconds of the client, upload of {Bytes >> 20} MiB over loopback, median of {Runs} runs, {Processors} processors; hfs: {Program}\n");
        text.Append("rate       client             user  system  together  by curl's\n");
        foreach (var rate in All.Select(r => r.BytesPerSecond).Distinct())
        {
            double Of(string client, Func<ClientCost, double> figure) => Median.Of(All.Where(r => r.Client == client && r.BytesPerSecond == rate).Select(r => figure(r.Cost)));
            foreach (var client in ClientCpuBenchmark.Clients)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{(rate is null ? "unbounded" : "1 Gbit/s"),-9}  {client,-17}  {Of(client, c => c.User):F2}    {Of(client, c => c.System):F2}      {Of(client, c => c.Processor):F2}     {Of(client, c => c.Processor) / Of(ClientCpuBenchmark.Curl, c => c.Processor):F2}\n");
            }
        }
        text.Append(CultureInfo.InvariantCulture, $"reading the file and computing its SHA-256, which hfs does and curl does not: {DigestSeconds:F2} s\n");
        return text.ToString();
    }
}
