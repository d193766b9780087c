using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HmacFileServer.Cli.Help;
using HmacFileServer.Cli.Rendering;
using HmacFileServer.Client;
using HmacFileServer.Client.State;

namespace HmacFileServer.Cli.Commands;

/// <summary>`hfs status`: the uploads that are not finished.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new ExampleCommand("status", "List the uploads that are not finished.", "hfs status", "hfs status --json") { json };
        command.SetAction(parsed =>
        {
            try
            {
                var state = StateFolder.Open(StateFolder.DefaultPath(Environment.GetEnvironmentVariable));
                var uploads = state.List().Select(r => (Record: r, State: StateOf(state, r))).ToList();
                if (parsed.GetValue(json))
                    Console.Out.WriteLine(Json(uploads));
                else
                    Print(uploads);
                return ExitCode.Done;
            }
            catch (UploadFailedException e)
            {
                Console.Error.WriteLine($"hfs: {e.Message}");
                return ExitCode.Of(e.Reason);
            }
        });
        return command;
    }

    private static string StateOf(StateFolder state, UploadRecord record)
    {
        if (state.IsBusy(record.Id))
            return "running";
        return FileIdentity.Of(record.File) is not { } now ? "file is gone" : now != record.Identity ? "file changed" : "unfinished";
    }

    private static void Print(List<(UploadRecord Record, string State)> uploads)
    {
        if (uploads.Count == 0)
        {
            Console.Out.WriteLine("No unfinished upload.");
            return;
        }
        Console.Out.WriteLine($"{"ID",-12}  {"STATE",-12}  {"DONE",-16}  {"LAST",-16}  FILE -> TO");
        foreach (var (record, what) in uploads)
        {
            var share = record.Identity.Length == 0 ? 100 : 100.0 * record.AcknowledgedBytes / record.Identity.Length;
            var done = string.Create(CultureInfo.InvariantCulture, $"{share:F0} % of {Amount.Bytes(record.Identity.Length)}");
            var last = record.LastActivity.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            Console.Out.WriteLine($"{record.Id,-12}  {what,-12}  {done,-16}  {last,-16}  {record.File} -> {record.Target}");
        }
        Console.Out.WriteLine("Go on with: hfs resume ID, or hfs resume --all");
    }

    private static string Json(List<(UploadRecord Record, string State)> uploads)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var (record, what) in uploads)
            {
                json.WriteStartObject();
                json.WriteString("id", record.Id);
                json.WriteString("file", record.File);
                json.WriteString("target", record.Target);
                json.WriteString("state", what.Replace(' ', '_'));
                json.WriteString("protocol", record.Protocol.ToString().ToLowerInvariant());
                json.WriteNumber("bytes", record.Identity.Length);
                json.WriteNumber("acknowledged_bytes", record.AcknowledgedBytes);
                json.WriteString("begun", record.BegunAt);
                json.WriteString("last_activity", record.LastActivity);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }
}
