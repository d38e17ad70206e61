namespace TaskManagement.Infrastructure;

/// <summary>The service can't start as things are around it, and no line of its code would help the reader.</summary>
/// <param name="message">What is wrong and what to do, in one line.</param>
/// <param name="inner">What was met.</param>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
