using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>
/// Runs a command in a transaction of its own. A command sent by a handler joins the transaction it is sent in.
/// After a conflict the whole command is sent again in a fresh scope. A version that the caller named is checked again there,
/// so it is answered with the version that has overtaken it and never applied on top of that.
/// </summary>
internal sealed class TransactionBehavior<TRequest, TResponse>(
    IUnitOfWork unitOfWork, ICallContext call, CommandScope command, IServiceScopeFactory scopes)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand
{
    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        command.Depth++;
        try
        {
            return unitOfWork.IsActive ? await next() : await RunAsync(request, next, cancellationToken);
        }
        finally
        {
            command.Depth--;
        }
    }

    private async Task<TResponse> RunAsync(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        try
        {
            return await unitOfWork.ExecuteAsync(_ => next(), cancellationToken);
        }
        catch (Exception overtaken) when (!command.IsLastAttempt
            && (overtaken is ConcurrencyConflictException || (overtaken is DuplicateException && request is ISettlesDuplicates)))
        {
            await Task.Delay(command.Pause, cancellationToken);
            return await SendAgainAsync(request, isLast: false, cancellationToken);
        }
        catch (DuplicateException) when (call.IdempotencyKey is not null && !command.IsLastAttempt)
        {
            // What was first may have been this very command, sent twice at once with one key: then its answer is stored by now.
            return await SendAgainAsync(request, isLast: true, cancellationToken);
        }
    }

    private async Task<TResponse> SendAgainAsync(TRequest request, bool isLast, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CommandScope>().Follow(command, isLast);
        return (TResponse)(await scope.ServiceProvider.GetRequiredService<ISender>().Send((object)request, cancellationToken))!;
    }
}
