namespace TaskManagement.Domain.Projects;

/// <summary>What archiving a project does when it has open tasks.</summary>
public enum OpenTasksPolicy
{
    /// <summary>Archiving is refused.</summary>
    Refuse = 0,

    /// <summary>The open tasks are cancelled.</summary>
    Cancel = 1,
}
