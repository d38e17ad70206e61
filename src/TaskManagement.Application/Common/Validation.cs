using FluentValidation;
using FluentValidation.Results;
using TaskManagement.Domain.Common;

namespace TaskManagement.Application.Common;

/// <summary>Validators that ask the domain's own rules, so that each rule is written once.</summary>
internal static class Validation
{
    /// <summary>The value must pass a check of the domain.</summary>
    public static void Passes<T, TValue>(this IRuleBuilder<T, TValue> rule, Func<TValue, ValueError?> check) =>
        rule.Custom((value, context) => context.Refuse(check(value)));

    /// <summary>The value must pass a check that asks others, which takes its time: before any transaction begins.</summary>
    public static void PassesAsync<T, TValue>(this IRuleBuilder<T, TValue> rule, Func<TValue, CancellationToken, Task<ValueError?>> check) =>
        rule.CustomAsync(async (value, context, cancellationToken) => context.Refuse(await check(value, cancellationToken)));

    /// <summary>The value, if there is one, must pass a check of the domain.</summary>
    public static void PassesIfPresent<T>(this IRuleBuilder<T, string?> rule, Func<string?, ValueError?> check) =>
        rule.Passes(value => value is null ? null : check(value));

    /// <summary>The member, if the patch has it, must pass a check of the domain.</summary>
    public static void PassesIfPresent<T, TValue>(this IRuleBuilder<T, Optional<TValue>> rule, Func<TValue?, ValueError?> check) =>
        rule.Passes(member => member.IsPresent ? check(member.Value) : null);

    /// <summary>The id, if the caller chose it, must not be all zeros.</summary>
    public static void IsUsableId<T>(this IRuleBuilder<T, Guid?> rule) =>
        rule.Passes(id => id == Guid.Empty ? new("id.malformed", "The id must not be all zeros.") : null);

    /// <summary>The length of a page must be within its limits.</summary>
    public static void IsPageLimit<T>(this IRuleBuilder<T, int> rule) =>
        rule.InclusiveBetween(1, Paging.PageLimits.Max).WithErrorCode("limit.out_of_range")
            .WithMessage($"The limit must be between 1 and {Paging.PageLimits.Max}.");

    private static void Refuse<T>(this ValidationContext<T> context, ValueError? error)
    {
        if (error is not null)
            context.AddFailure(new ValidationFailure(context.PropertyPath, error.Message) { ErrorCode = error.Code });
    }
}
