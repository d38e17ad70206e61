using MediatR;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Persistence;
using TaskManagement.TestSupport;

namespace TaskManagement.Benchmarks.Parts;

/// <summary>A scope of the service in which a task changes again and again, up to where it would be saved.</summary>
internal sealed class DispatchScope : IAsyncDisposable
{
    private static readonly ChangeStamp Stamp = new(new("user:bench"), TimeProvider.System.GetUtcNow());

    private readonly TestHost _host;
    private readonly AsyncServiceScope _scope;
    private readonly IPublisher _publisher;
    private readonly DomainEventDispatch _dispatch;
    private readonly TaskManagementDbContext _db;
    private readonly TaskItem _task =
        TaskItem.Create(TaskId.New(), TaskTitle.From("A task of the usual length"), description: null, TaskPriority.None, due: null, [], assignee: null, project: null, Stamp);

    private DispatchScope(TestHost host)
    {
        _host = host;
        _scope = host.Services.CreateAsyncScope();
        _publisher = _scope.ServiceProvider.GetRequiredService<IPublisher>();
        _dispatch = _scope.ServiceProvider.GetRequiredService<DomainEventDispatch>();
        _db = _scope.ServiceProvider.GetRequiredService<TaskManagementDbContext>();
        _task.TakePendingEvents();
    }

    public static TaskPrioritized Event { get; } = new(TaskId.New(), TaskPriority.Low, TaskPriority.High);

    /// <summary>Starts the service with so many in-transaction handlers of the event.</summary>
    public static async Task<DispatchScope> StartAsync(int handlers)
    {
        var host = await TestHost.StartAsync(DatabaseKind.Sqlite, services =>
        {
            for (var i = 0; i < handlers; i++)
                services.AddTransient<INotificationHandler<TaskPrioritized>, Handler>();
        });
        var scope = new DispatchScope(host);
        if (scope._scope.ServiceProvider.GetServices<INotificationHandler<TaskPrioritized>>().Count() != handlers)
            throw new InvalidOperationException("The service itself handles the event now: measure with another.");
        // Dispatch demands a transaction. It tells the database nothing, so it is the same one every time.
        await scope._db.Database.BeginTransactionAsync();
        return scope;
    }

    /// <summary>Changes the task in a unit of work of its own.</summary>
    /// <returns>The event, taken away so that no one dispatches it.</returns>
    public IReadOnlyList<RaisedEvent> Change()
    {
        BeginChange();
        return _task.TakePendingEvents();
    }

    /// <summary>Changes the task in a unit of work of its own and dispatches the event: all that comes before the save.</summary>
    public Task DispatchAsync()
    {
        BeginChange();
        return _dispatch.DispatchAsync(_db, CancellationToken.None);
    }

    /// <summary>Does that part of dispatch which finds the handlers and calls them.</summary>
    public Task PublishAsync() => _publisher.Publish(Event);

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _host.DisposeAsync();
    }

    private void BeginChange()
    {
        _db.ChangeTracker.Clear();
        _dispatch.Reset();
        _db.Attach(_task);
        _task.Prioritize(_task.Priority == TaskPriority.Low ? TaskPriority.High : TaskPriority.Low, Stamp);
    }

    /// <summary>Does nothing, so that only the way to it is measured.</summary>
    public sealed class Handler : INotificationHandler<TaskPrioritized>
    {
        public Task Handle(TaskPrioritized notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
