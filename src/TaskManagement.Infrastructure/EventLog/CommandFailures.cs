using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Actions;
using TaskManagement.Application.Common.EventLog;
using TaskManagement.Application.Common.Telemetry;
using TaskManagement.Domain.Commands.Events;
using TaskManagement.Domain.Common;

namespace TaskManagement.Infrastructure.EventLog;

/// <summary>Appends <see cref="CommandFailed"/> and <see cref="CommandDenied"/>, each in a scope and a transaction of its own.</summary>
internal sealed partial class CommandFailures(
    IServiceScopeFactory scopes, IDatabaseFaults database, IOptions<EventsOptions> options, TimeProvider clock, ILogger<CommandFailures> logger)
    : ICommandFailures
{
    /// <summary>The longest detail kept, in characters.</summary>
    private const int MaxDetailLength = 500;

    /// <summary>How long the caller, who has an error to be told of, waits for the record at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FailureLimit _limit = new(options.Value.FailuresPerMinute, clock);

    public async Task RecordAsync(FailedCommand failure)
    {
        var recorded = false;
        try
        {
            recorded = await TryRecordAsync(failure);
        }
        catch (Exception exception)
        {
            // The caller is told of the command's own error, whatever becomes of its record.
            NotRecorded(failure.Command, failure.Scope.Id, Refusals.CodeOf(failure.Error), exception.Message);
        }

        Instrumentation.CommandFailures.Add(
            1, new("command", failure.Command), new("code", Refusals.CodeOf(failure.Error)), new("recorded", recorded));
    }

    private async Task<bool> TryRecordAsync(FailedCommand failure)
    {
        if (database.IsUnavailable(failure.Error))
        {
            NotRecorded(failure.Command, failure.Scope.Id, Refusals.CodeOf(failure.Error), "the database can't be used");
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CommandScope>().TellOf(failure.Scope);
        var actor = scope.ServiceProvider.GetRequiredService<ICallContext>().Actor;
        // Who is not known is told apart by what the attempts are aimed at.
        if (failure.Scope.SecurityAttempt?.Target is { } target)
            actor = new($"{actor}:{target}");
        var code = Refusals.CodeOf(failure.Error);
        if (!_limit.TryTake(actor, code, out var suppressed))
            return false;
        try
        {
            await AppendAsync(scope.ServiceProvider, failure, FactOf(failure, code, suppressed));
            return true;
        }
        catch
        {
            _limit.GiveBack(actor, code, suppressed);
            throw;
        }
    }

    private async Task AppendAsync(IServiceProvider services, FailedCommand failure, DomainEvent fact)
    {
        // Not the caller's token: who leaves after an error leaves a trace all the same.
        using var patience = new CancellationTokenSource(Patience, clock);
        await services.GetRequiredService<IUnitOfWork>().ExecuteAsync(
            async token =>
            {
                var facts = services.GetRequiredService<IFacts>();
                await facts.RecordAsync(FactStreams.Command, failure.Scope.Id, fact, token);
                if (failure.Scope.SecurityAttempt is { } attempt)
                {
                    await facts.RecordAsync(attempt.StreamType, attempt.StreamId, attempt.Attempted, token);
                    await facts.RecordAsync(attempt.StreamType, attempt.StreamId, attempt.Failed(Refusals.CodeOf(failure.Error)), token);
                }

                return true;
            },
            patience.Token);
    }

    private static DomainEvent FactOf(FailedCommand failure, string code, long suppressed)
    {
        var (id, milliseconds) = (failure.Scope.Id, (long)failure.Duration.TotalMilliseconds);
        // The message of an error that no one expected may hold anything, so it stays in the service's own log.
        var isExpected = Refusals.IsExpected(failure.Error);
        var detail = isExpected ? failure.Error.Message[..Math.Min(failure.Error.Message.Length, MaxDetailLength)] : null;
        return failure.Error is ForbiddenException
            ? new CommandDenied(id, failure.Command, code, detail, milliseconds, suppressed)
            : new CommandFailed(id, failure.Command, code, detail, isExpected, milliseconds, suppressed);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Command} {CommandId}, which ended with {Code}, has no record in the event log: {Cause}", EventName = "command_failure_not_recorded")]
    private partial void NotRecorded(string command, Guid commandId, string code, string cause);
}
