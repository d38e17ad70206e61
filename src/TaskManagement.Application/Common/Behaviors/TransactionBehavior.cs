using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>
/// Runs a command in a transaction of its own. A command sent by a handler joins the transaction it is sent in.
/// After a conflict the whole command is sent again in a fresh scope. A version that the caller named is checked again there,
/// so it is answered with the version that has overtaken it and never applied on top of that.
/// </summary>
internal sealed class TransactionBehavior<TRequest, TResponse>(IUnitOfWork unitOfWork, CommandAttempt attempt, IServiceScopeFactory scopes)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        if (unitOfWork.IsActive)
            return await next();
        try
        {
            return await unitOfWork.ExecuteAsync(_ => next(), cancellationToken);
        }
        catch (ConcurrencyConflictException) when (!attempt.IsLast)
        {
            await Task.Delay(attempt.Pause, cancellationToken);
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CommandAttempt>().Number = attempt.Number + 1;
            return (TResponse)(await scope.ServiceProvider.GetRequiredService<ISender>().Send((object)request, cancellationToken))!;
        }
    }
}

/// <summary>Which attempt at its command a scope is.</summary>
internal sealed class CommandAttempt
{
    private const int Most = 10;

    public int Number { get; set; } = 1;

    public bool IsLast => Number >= Most;

    /// <summary>Random, so that those who met do not meet again, and longer each time: up to 2, 4, 8 … 256 ms, the last ones alike.</summary>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * (1 << Math.Min(Number, 8)));
}
