namespace TaskManagement.Api.OpenApi;

/// <summary>What is wrong, as RFC 9457 says it. Written by <see cref="Http.Problems"/>; this class gives it its schema.</summary>
internal sealed record Problem
{
    /// <summary>Always about:blank: the code tells problems apart.</summary>
    public required string Type { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Detail { get; init; }

    /// <summary>A stable code for programs, such as task.not_found.</summary>
    public required string Code { get; init; }

    /// <summary>The trace in the service's log.</summary>
    public required string TraceId { get; init; }

    /// <summary>With 412: the version that is current.</summary>
    public long? CurrentVersion { get; init; }

    /// <summary>With 400 and 422: each thing that is wrong.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }
}

/// <summary>One thing that is wrong with a request.</summary>
internal sealed record ProblemError
{
    /// <summary>A stable code for programs, such as title.too_long.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Detail { get; init; }

    /// <summary>The JSON pointer (RFC 6901) to the member of the body, or null.</summary>
    public string? Pointer { get; init; }

    /// <summary>The name of the query parameter or header, or null.</summary>
    public string? Parameter { get; init; }
}
