using FluentValidation;
using MediatR;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Teams;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Projects;

/// <summary>Creates a project. The person who does becomes its owner.</summary>
/// <param name="Key">2–10 letters A–Z and digits, a letter first; unique for good. Tasks are named by it: OPS-42.</param>
/// <param name="Name">1–200 characters after trimming, no control characters.</param>
/// <param name="Id">A UUID of the caller's choice; a new UUIDv7 if absent.</param>
[Requires(Scopes.ProjectsAdmin)]
public sealed record CreateProject(string Key, string Name, Guid? Id = null) : ICommand<ProjectDto>;

internal sealed class CreateProjectValidator : AbstractValidator<CreateProject>
{
    public CreateProjectValidator()
    {
        RuleFor(c => c.Id).IsUsableId();
        RuleFor(c => c.Key).Passes(ProjectKey.Check);
        RuleFor(c => c.Name).Passes(ProjectName.Rule.Check);
    }
}

internal sealed class CreateProjectHandler(IProjectRepository projects, ITeamRepository teams, IChangeStamps stamps) : IRequestHandler<CreateProject, Saved<ProjectDto>>
{
    public Task<Saved<ProjectDto>> Handle(CreateProject request, CancellationToken cancellationToken)
    {
        var stamp = stamps.Now();
        var project = Project.Create(
            request.Id is { } id ? new(id) : ProjectId.New(), ProjectKey.From(request.Key), ProjectName.From(request.Name), stamp);
        projects.Add(project);
        // What a program creates belongs to the organisation, until a person is invited to own it.
        if (stamp.By.Person() is { } creator)
            teams.Add(Team.OfCreator(project.Id, creator, stamp));
        return Task.FromResult(Saved.As(() => ProjectDto.From(project)));
    }
}
