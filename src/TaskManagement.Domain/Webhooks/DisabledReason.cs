namespace TaskManagement.Domain.Webhooks;

/// <summary>Why a webhook is not called.</summary>
public enum DisabledReason
{
    /// <summary>Someone switched it off.</summary>
    Request,

    /// <summary>The receiver answered 410: it wants no more calls.</summary>
    Gone,

    /// <summary>No call has succeeded for days.</summary>
    Failing,
}
