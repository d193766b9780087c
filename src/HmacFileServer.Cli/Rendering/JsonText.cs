using System.Text;
using System.Text.Json;

namespace HmacFileServer.Cli.Rendering;

/// <summary>JSON as one line of text.</summary>
internal static class JsonText
{
    /// <summary>An object.</summary>
    /// <param name="what">Its first field, the `event` of `--json-lines`; null without.</param>
    /// <param name="fields">Writes the others.</param>
    public static string Object(string? what, Action<Utf8JsonWriter> fields) => Of(json =>
    {
        json.WriteStartObject();
        if (what is not null)
            json.WriteString("event", what);
        fields(json);
        json.WriteEndObject();
    });

    /// <summary>Whatever is written.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            write(json);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
