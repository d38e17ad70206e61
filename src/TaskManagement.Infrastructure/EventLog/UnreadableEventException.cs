namespace TaskManagement.Infrastructure.EventLog;

/// <summary>An event in the log can't be read by this version of the service. The message says why, and what to do.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What it comes from.</param>
public sealed class UnreadableEventException(string message, Exception? inner = null) : Exception(message, inner);
