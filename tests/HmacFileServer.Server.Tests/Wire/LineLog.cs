using System.Text;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>Keeps everything that is logged.</summary>
internal sealed class LineLog : ILoggerProvider, ILogger
{
    private readonly StringBuilder _text = new(); // guards itself

    public string Text
    {
        get { lock (_text) return _text.ToString(); }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_text) _text.Append(formatter(state, exception)).Append(' ').Append(exception).Append('\n');
    }

    public void Dispose()
    {
    }
}
