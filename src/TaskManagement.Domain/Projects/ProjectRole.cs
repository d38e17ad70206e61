namespace TaskManagement.Domain.Projects;

/// <summary>What a person may do in a project. Each may do what those before may.</summary>
public enum ProjectRole
{
    /// <summary>Sees the project and its tasks.</summary>
    Viewer = 1,

    /// <summary>Comments on tasks.</summary>
    Commenter = 2,

    /// <summary>Creates and changes tasks.</summary>
    Editor = 3,

    /// <summary>Changes the project, and who is in it.</summary>
    Owner = 4,
}
