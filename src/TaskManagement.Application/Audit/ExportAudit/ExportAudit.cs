using System.Runtime.CompilerServices;
using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Audit;

/// <summary>Reads the whole audit trail, or all of it that passes every filter that is set, the last first: what was there when it began.</summary>
[Requires(Scopes.Admin)]
public sealed record ExportAudit : IQuery<OpenAudit>, IAuditChoice
{
    /// <inheritdoc />
    public string? Actor { get; init; }

    /// <inheritdoc />
    public IReadOnlyList<string> Action { get; init; } = [];

    /// <inheritdoc />
    public string? Resource { get; init; }

    /// <inheritdoc />
    public string? Address { get; init; }

    /// <inheritdoc />
    public DateTimeOffset? From { get; init; }

    /// <inheritdoc />
    public DateTimeOffset? To { get; init; }
}

/// <summary>Entries that are read as they are asked for.</summary>
/// <param name="Position">The position of the last event that there was when it began.</param>
/// <param name="Entries">The entries, the last first.</param>
public sealed record OpenAudit(long Position, IAsyncEnumerable<AuditEntryDto> Entries);

internal sealed class ExportAuditValidator : AbstractValidator<ExportAudit>
{
    public ExportAuditValidator(IEventTypeNames types) => this.ChoosesEntries(types);
}

internal sealed class ExportAuditHandler(IEventSearch events) : IRequestHandler<ExportAudit, OpenAudit>
{
    /// <summary>How many entries are read at once: what is kept for a reader who takes his time.</summary>
    private const int PartSize = 200;

    public async Task<OpenAudit> Handle(ExportAudit request, CancellationToken cancellationToken)
    {
        var head = await events.HeadAsync(cancellationToken);
        return new(head, ReadAsync(request, head, cancellationToken));
    }

    /// <summary>Reads part by part. Between two parts nothing of the database is held, however long the reader takes.</summary>
    private async IAsyncEnumerable<AuditEntryDto> ReadAsync(ExportAudit request, long upTo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<LoggedEvent> part;
        do
        {
            part = await events.FindAsync(request.LastUpTo(upTo, PartSize), cancellationToken);
            foreach (var logged in part)
                yield return AuditEntryDto.From(logged);
            if (part.Count > 0)
                upTo = part[^1].Position!.Value - 1;
        }
        while (part.Count == PartSize);
    }
}
