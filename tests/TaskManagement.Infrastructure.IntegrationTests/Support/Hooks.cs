using System.Data.Common;
using System.Reflection;
using MediatR;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Domain.Common;
using TaskManagement.Infrastructure.Persistence.Providers;

namespace TaskManagement.Infrastructure.IntegrationTests.Support;

/// <summary>A handler written inside a test.</summary>
internal sealed class Reaction<TEvent>(IServiceProvider services, Func<TEvent, IServiceProvider, CancellationToken, Task> react)
    : INotificationHandler<TEvent>
    where TEvent : IDomainEvent
{
    public Task Handle(TEvent notification, CancellationToken cancellationToken) => react(notification, services, cancellationToken);
}

internal static class Hooks
{
    /// <summary>Adds an in-transaction handler.</summary>
    public static IServiceCollection On<TEvent>(this IServiceCollection services, Func<TEvent, IServiceProvider, CancellationToken, Task> react)
        where TEvent : IDomainEvent =>
        services.AddScoped<INotificationHandler<TEvent>>(scope => new Reaction<TEvent>(scope, react));

    /// <summary>Adds an in-transaction handler.</summary>
    public static IServiceCollection On<TEvent>(this IServiceCollection services, Func<TEvent, IServiceProvider, Task> react)
        where TEvent : IDomainEvent =>
        services.On<TEvent>((raised, scope, _) => react(raised, scope));

    /// <summary>Keeps every event of these types that is published.</summary>
    public static void RecordInto(this IServiceCollection services, List<IDomainEvent> raised, IEnumerable<Type> types)
    {
        services.AddSingleton(raised);
        foreach (var type in types)
            services.AddScoped(typeof(INotificationHandler<>).MakeGenericType(type), typeof(Recorder<>).MakeGenericType(type));
    }

    /// <summary>Adds an interceptor to every context.</summary>
    public static IServiceCollection Intercept(this IServiceCollection services, IInterceptor interceptor)
    {
        services.ConfigureDbContext<SqliteDbContext>(builder => builder.AddInterceptors(interceptor));
        services.ConfigureDbContext<PostgreSqlDbContext>(builder => builder.AddInterceptors(interceptor));
        services.ConfigureDbContext<SqlServerDbContext>(builder => builder.AddInterceptors(interceptor));
        return services;
    }
}

/// <summary>An assembly of just these types.</summary>
internal sealed class AssemblyOf(params Type[] types) : Assembly
{
    public override string FullName => nameof(AssemblyOf);

    public override IEnumerable<TypeInfo> DefinedTypes => types.Select(type => type.GetTypeInfo());

    public override Type[] GetTypes() => types;
}

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Fails the first statement that contains a text, before it reaches the database.</summary>
internal sealed class FailOnce(string text, Exception failure) : DbCommandInterceptor
{
    private int _failed;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        command.CommandText.Contains(text, StringComparison.Ordinal) && Interlocked.Exchange(ref _failed, 1) == 0
            ? throw failure
            : ValueTask.FromResult(result);
}

/// <summary>Keeps what is published.</summary>
internal sealed class Recorder<TEvent>(List<IDomainEvent> raised) : INotificationHandler<TEvent>
    where TEvent : IDomainEvent
{
    public Task Handle(TEvent notification, CancellationToken cancellationToken)
    {
        raised.Add(notification);
        return Task.CompletedTask;
    }
}
