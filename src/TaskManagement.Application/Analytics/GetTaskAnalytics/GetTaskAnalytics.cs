using System.Globalization;
using System.Linq.Expressions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Application.Analytics;

/// <summary>Says how many tasks were created, completed, cancelled and reopened, and how long they took; by day, by project or by person.</summary>
[Requires(Scopes.TasksRead, ProjectRole.Viewer)]
public sealed record GetTaskAnalytics : IQuery<Page<TaskAnalyticsDto>>
{
    /// <summary>The most days at once: a year.</summary>
    public const int MaxDays = 366;

    private const int DefaultDays = 30;

    /// <summary>The first day, in UTC; thirty days with the last one if absent.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, in UTC; today if absent.</summary>
    public DateOnly? To { get; init; }

    /// <summary>What there is an item for each of.</summary>
    public AnalyticsGrouping GroupBy { get; init; }

    /// <summary>In this project alone.</summary>
    public ProjectId? ProjectId { get; init; }

    /// <summary>Assigned to this person alone.</summary>
    public UserId? PersonId { get; init; }

    /// <summary>The most items to return.</summary>
    public int Limit { get; init; } = PageLimits.Default;

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }

    /// <summary>The first and the last day that are asked for.</summary>
    internal (DateOnly From, DateOnly To) Period(TimeProvider clock)
    {
        var to = To ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return (From ?? DateOnly.FromDayNumber(Math.Max(0, to.DayNumber - DefaultDays + 1)), to);
    }

    /// <summary>How many days are asked for.</summary>
    internal int Days(TimeProvider clock)
    {
        var (from, to) = Period(clock);
        return to.DayNumber - from.DayNumber + 1;
    }
}

/// <summary>What tasks are counted by.</summary>
public enum AnalyticsGrouping
{
    /// <summary>By day.</summary>
    Day,

    /// <summary>By project.</summary>
    Project,

    /// <summary>By person.</summary>
    Person,
}

internal sealed class GetTaskAnalyticsValidator : AbstractValidator<GetTaskAnalytics>
{
    public GetTaskAnalyticsValidator(TimeProvider clock)
    {
        RuleFor(q => q.From).Must((query, _) => query.Days(clock) > 0).WithErrorCode("from.after_to")
            .WithMessage("The first day must not be after the last.");
        RuleFor(q => q.From).Must((query, _) => query.Days(clock) <= GetTaskAnalytics.MaxDays).WithErrorCode("period.too_long")
            .WithMessage($"At most {GetTaskAnalytics.MaxDays} days can be asked for at once.");
        RuleFor(q => q.Limit).IsPageLimit();
    }
}

internal sealed class GetTaskAnalyticsHandler(IReadDatabase database, TimeProvider clock) : IRequestHandler<GetTaskAnalytics, Page<TaskAnalyticsDto>>
{
    private const string DayFormat = "yyyy-MM-dd";

    public Task<Page<TaskAnalyticsDto>> Handle(GetTaskAnalytics request, CancellationToken cancellationToken)
    {
        var days = Filter(request);
        var sort = Words<AnalyticsGrouping>.Of(request.GroupBy);
        var after = request.Cursor is null ? null : Cursor.Decode(request.Cursor, sort) ?? throw Cursor.Broken();
        return request.GroupBy switch
        {
            AnalyticsGrouping.Day => PageAsync(
                after is null ? days : AfterDay(days, after),
                day => day.Day,
                (item, day) => item with { Day = day },
                day => new(sort, day.ToString(DayFormat, CultureInfo.InvariantCulture), Guid.Empty)),
            AnalyticsGrouping.Project => PageAsync(
                after is null ? days : days.Where(day => day.ProjectId.CompareTo(after.Id) > 0),
                day => day.ProjectId,
                (item, project) => item with { ProjectId = NullIfZeros(project) },
                project => new(sort, "", project)),
            _ => PageAsync(
                after is null ? days : days.Where(day => day.PersonId.CompareTo(after.Id) > 0),
                day => day.PersonId,
                (item, person) => item with { PersonId = NullIfZeros(person) },
                person => new(sort, "", person)),
        };

        async Task<Page<TaskAnalyticsDto>> PageAsync<TKey>(
            IQueryable<AnalyticsDay> source,
            Expression<Func<AnalyticsDay, TKey>> key,
            Func<TaskAnalyticsDto, TKey, TaskAnalyticsDto> name,
            Func<TKey, Cursor> cursorOf)
        {
            var groups = await Sum(source.GroupBy(key)).OrderBy(group => group.Key).Take(request.Limit + 1).ToListAsync(cancellationToken);
            var items = groups.Take(request.Limit).Select(group => name(group.ToDto(), group.Key)).ToList();
            return new(items, groups.Count > request.Limit ? cursorOf(groups[request.Limit - 1].Key).Encode() : null);
        }
    }

    private IQueryable<AnalyticsDay> Filter(GetTaskAnalytics request)
    {
        var (from, to) = request.Period(clock);
        var days = database.AnalyticsDays.Where(day => day.Day >= from && day.Day <= to);
        if (request.ProjectId is { } project)
            days = days.Where(day => day.ProjectId == project.Value);
        if (request.PersonId is { } person)
            days = days.Where(day => day.PersonId == person.Value);
        return days;
    }

    private static IQueryable<AnalyticsDay> AfterDay(IQueryable<AnalyticsDay> days, Cursor after) =>
        DateOnly.TryParseExact(after.Value, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            ? days.Where(day => day.Day > last)
            : throw Cursor.Broken();

    private static Guid? NullIfZeros(Guid id) => id == Guid.Empty ? null : id;

    private static IQueryable<Totals<TKey>> Sum<TKey>(IQueryable<IGrouping<TKey, AnalyticsDay>> groups) => groups.Select(group => new Totals<TKey>
    {
        Key = group.Key,
        Created = group.Sum(day => day.Created),
        Completed = group.Sum(day => day.Completed),
        Cancelled = group.Sum(day => day.Cancelled),
        Reopened = group.Sum(day => day.Reopened),
        CompletionTotal = group.Sum(day => day.CompletionTotal),
        CompletionMin = group.Min(day => day.CompletionMin),
        CompletionMax = group.Max(day => day.CompletionMax),
        WithinHour = group.Sum(day => day.WithinHour),
        WithinDay = group.Sum(day => day.WithinDay),
        WithinWeek = group.Sum(day => day.WithinWeek),
        WithinMonth = group.Sum(day => day.WithinMonth),
        Longer = group.Sum(day => day.Longer),
    });

    /// <summary>The sums of one group, as the database makes them.</summary>
    private sealed class Totals<TKey>
    {
        public required TKey Key { get; init; }

        public required long Created { get; init; }

        public required long Completed { get; init; }

        public required long Cancelled { get; init; }

        public required long Reopened { get; init; }

        public required long CompletionTotal { get; init; }

        public required long? CompletionMin { get; init; }

        public required long? CompletionMax { get; init; }

        public required long WithinHour { get; init; }

        public required long WithinDay { get; init; }

        public required long WithinWeek { get; init; }

        public required long WithinMonth { get; init; }

        public required long Longer { get; init; }

        public TaskAnalyticsDto ToDto() => new()
        {
            Created = Created,
            Completed = Completed,
            Cancelled = Cancelled,
            Reopened = Reopened,
            CompletionTime = CompletionMin is { } min && CompletionMax is { } max ? Times(min, max) : null,
        };

        private CompletionTimeDto Times(long min, long max)
        {
            var tasks = WithinHour + WithinDay + WithinWeek + WithinMonth + Longer;
            return new()
            {
                Tasks = tasks,
                MeanSeconds = CompletionTotal / tasks / 1000.0,
                MinSeconds = min / 1000.0,
                MaxSeconds = max / 1000.0,
                WithinHour = WithinHour,
                WithinDay = WithinDay,
                WithinWeek = WithinWeek,
                WithinMonth = WithinMonth,
                Longer = Longer,
            };
        }
    }
}
