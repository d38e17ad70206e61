using FluentValidation;
using MediatR;
using TaskManagement.Application.Common.Json;

namespace TaskManagement.Application.Common.Behaviors;

/// <summary>Runs the request's validators and refuses it with everything that is wrong.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IBaseRequest
{
    // The body of a merge patch is the member Patch of its command, so a path from the command begins one step above the body.
    private const string PatchPrefix = "Patch.";

    public async Task<TResponse> Handle(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        List<RequestError>? errors = null;
        foreach (var validator in validators)
        {
            foreach (var failure in (await validator.ValidateAsync(request, cancellationToken)).Errors)
            {
                var path = failure.PropertyName;
                var name = JsonPointers.FromPropertyPath(path.StartsWith(PatchPrefix, StringComparison.Ordinal) ? path[PatchPrefix.Length..] : path);
                (errors ??= []).Add(request is IQuery
                    ? new(failure.ErrorCode, failure.ErrorMessage, Parameter: name.TrimStart('/').Split('/')[0])
                    : new(failure.ErrorCode, failure.ErrorMessage, Pointer: name));
            }
        }

        return errors is null ? await next() : throw new InvalidRequestException(errors);
    }
}
