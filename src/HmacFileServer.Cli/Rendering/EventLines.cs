using System.Text.Json;
using HmacFileServer.Client;

namespace HmacFileServer.Cli.Rendering;

/// <summary>`--json-lines`: an object for each switch as it happens, and one for the progress each second.</summary>
internal sealed class EventLines(TextWriter output, string file) : IProgress<TransferProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private TimeSpan _next;
    private int _switches;

    public void Report(TransferProgress value)
    {
        for (; _switches < value.Switches.Count; _switches++)
            output.WriteLine(Line("switch", json => ResultJson.Fields(json, value.Switches[_switches])));
        if (value.Elapsed < _next)
            return;
        _next = value.Elapsed + Every;
        output.WriteLine(Line("progress", json =>
        {
            json.WriteNumber("at_ms", (long)value.Elapsed.TotalMilliseconds);
            json.WriteNumber("bytes", value.Length);
            json.WriteNumber("done_bytes", value.DoneBytes);
            json.WriteStartArray("active");
            foreach (var name in value.Active)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }));
    }

    private string Line(string what, Action<Utf8JsonWriter> fields) => JsonText.Object(what, json =>
    {
        json.WriteString("file", file);
        fields(json);
    });
}
