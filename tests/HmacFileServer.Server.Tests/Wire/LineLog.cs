using System.Text;
using Microsoft.Extensions.Logging;

namespace HmacFileServer.Server.Tests.Wire;

/// <summary>Keeps everything that is logged.</summary>
internal sealed class LineLog : ILoggerProvider, ILogger
{
    private readonly StringBuilder _text = new(); // guards itself and _changed
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text
    {
        get { lock (_text) return _text.ToString(); }
    }

    /// <summary>Waits until so many lines say this.</summary>
    public async Task WaitForAsync(string said, int times = 1)
    {
        while (true)
        {
            Task changed;
            lock (_text)
            {
                if (_text.ToString().Split('\n').Count(l => l.Contains(said, StringComparison.Ordinal)) >= times)
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(TimeSpan.FromSeconds(20)); // only to end a test that has failed
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_text)
        {
            _text.Append(formatter(state, exception)).Append(' ').Append(exception).Append('\n');
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Dispose()
    {
    }
}
