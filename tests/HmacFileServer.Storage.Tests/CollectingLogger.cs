using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Storage.Tests;

/// <summary>Keeps what was logged.</summary>
internal sealed class CollectingLogger : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _entries = new();

    public IEnumerable<int> Ids => _entries.Select(e => e.Id);

    public IEnumerable<string> Texts => _entries.Select(e => e.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, formatter(state, exception)));
}
