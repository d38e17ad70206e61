using MediatR;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>Refuses what the caller's token is not good for.</summary>
internal sealed class AccessBehavior<TRequest, TResponse>(ICallContext call, IUnitOfWork unitOfWork) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IBaseRequest
{
    private static readonly Lazy<Scopes> Needed = new(() => RequiresAttribute.Of(typeof(TRequest)));

    public Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        // What a handler sends within a command follows from what the caller was allowed to do.
        if (!unitOfWork.IsActive && !call.Scopes.Include(Needed.Value))
        {
            var scope = ScopeWords.Format(Needed.Value);
            throw new ForbiddenException("auth.insufficient_scope", $"The token lacks the scope {scope}.") { NeededScope = scope };
        }

        return next();
    }
}
