using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Operations;

/// <summary>
/// Rebuilds every aggregate and every projection from the log and compares them with the tables. It writes nothing, whatever it finds.
/// </summary>
[Requires(Scopes.Admin)]
public sealed record VerifyStore : IQuery<VerificationDto>;

internal sealed class VerifyStoreValidator : AbstractValidator<VerifyStore>;

internal sealed class VerifyStoreHandler(IStoreVerification store) : IRequestHandler<VerifyStore, VerificationDto>
{
    public Task<VerificationDto> Handle(VerifyStore request, CancellationToken cancellationToken) => store.VerifyAsync(cancellationToken);
}
