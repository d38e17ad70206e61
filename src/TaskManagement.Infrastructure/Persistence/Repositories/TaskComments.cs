using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Infrastructure.Persistence.Repositories;

internal sealed class TaskComments(TaskManagementDbContext db) : ITaskComments
{
    public void Add(TaskComment comment) => db.TaskComments.Add(comment);
}
