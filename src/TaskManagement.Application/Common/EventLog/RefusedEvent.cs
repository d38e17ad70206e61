namespace TaskManagement.Application.Common.EventLog;

/// <summary>Of the events that a command raised, the one that a handler refused: noted on the error, so that it can be told to who asked for several.</summary>
public static class RefusedEvent
{
    private const string Key = "TaskManagement.EventId";

    /// <summary>The event on whose account the error is; null if it is on no one event's.</summary>
    public static Guid? Of(Exception error) => error.Data[Key] as Guid?;

    /// <summary>Notes on whose account the error is.</summary>
    public static void Note(Exception error, Guid eventId)
    {
        // The runtime keeps some errors ready, and nothing can be noted on those.
        if (!error.Data.IsReadOnly)
            error.Data[Key] = eventId;
    }
}
