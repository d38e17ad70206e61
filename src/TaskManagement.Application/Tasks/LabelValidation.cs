using FluentValidation;
using FluentValidation.Results;
using TaskManagement.Application.Common;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Tasks;

internal static class LabelValidation
{
    /// <summary>The labels, if there are any, must each be one, and not too many.</summary>
    public static void AreLabels<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) =>
        rule.Custom((labels, context) => Check(labels, context));

    /// <summary>The labels, if the patch has them, must each be one, and not too many.</summary>
    public static void AreLabels<T>(this IRuleBuilder<T, Optional<IReadOnlyList<string?>>> rule) =>
        rule.Custom((labels, context) => Check(labels.Value, context));

    private static void Check<T>(IReadOnlyList<string?>? labels, ValidationContext<T> context)
    {
        if (labels is null)
            return;
        if (labels.Count > TaskLabel.MaxPerTask)
            Fail("", "labels.too_many", $"A task has at most {TaskLabel.MaxPerTask} labels.");
        for (var i = 0; i < Math.Min(labels.Count, TaskLabel.MaxPerTask); i++)
        {
            if (TaskLabel.Rule.Check(labels[i]) is { } error)
                Fail($"[{i}]", error.Code, error.Message);
        }

        void Fail(string suffix, string code, string message) =>
            context.AddFailure(new ValidationFailure(context.PropertyPath + suffix, message) { ErrorCode = code });
    }
}
