using System.Text.Json;

namespace HmacFileServer.Bench;

/// <summary>What a measurement leaves in bench/results: a table for people, and all its figures as JSON.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <param name="name">Without an ending.</param>
    /// <param name="text">The table; also printed.</param>
    /// <param name="report">All figures.</param>
    public static async Task WriteAsync<TReport>(string name, string text, TReport report)
    {
        Console.Write(text);
        await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, name + ".txt"), text);
        await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Results, name + ".json"), JsonSerializer.Serialize(report, Json) + "\n");
    }
}
