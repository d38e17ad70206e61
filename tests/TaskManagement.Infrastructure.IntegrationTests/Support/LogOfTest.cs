using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogOfTest : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    /// <summary>The entries of this name.</summary>
    public IEnumerable<LogEntry> Named(string name) => _entries.Where(entry => string.Equals(entry.Name, name, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _entries);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue(new(
                category,
                logLevel,
                eventId.Name,
                (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(StringComparer.Ordinal),
                formatter(state, exception)));
    }
}

/// <summary>What was logged.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, string? Name, IReadOnlyDictionary<string, object?> Fields, string Text);
