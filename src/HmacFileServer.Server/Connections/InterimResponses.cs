using System.IO.Pipelines;
using System.Text;

namespace HmacFileServer.Server.Connections;

/// <summary>
/// A connection feature: informational responses (1xx) on HTTP/1.1, which the framework has no way to send. To be used by the
/// request at hand only, before its response starts, and never by two at once: the framework writes to the same output.
/// </summary>
internal sealed class InterimResponses(PipeWriter output)
{
    /// <summary>Sends one.</summary>
    /// <param name="status">Code and phrase, as in the status line.</param>
    /// <param name="headers">Names and values, ASCII, without line ends.</param>
    public async ValueTask SendAsync(string status, params (string Name, string Value)[] headers)
    {
        var text = new StringBuilder("HTTP/1.1 ").Append(status).Append("\r\n");
        foreach (var (name, value) in headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        text.Append("\r\n");
        try
        {
            await output.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()));
        }
        catch (InvalidOperationException)
        {
            // The connection has ended; whoever reads the body learns it too.
        }
    }
}
