using System.ComponentModel;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Projects;
using TaskManagement.Domain.Projects;
using TaskManagement.Infrastructure.EventLog;
using TaskManagement.Infrastructure.Messaging;

namespace TaskManagement.Api.Projects;

/// <summary>The projects over HTTP.</summary>
internal sealed class ProjectEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var projects = api.MapGroup("/projects").WithTags("Projects");
        projects.MapPost("", CreateProject).Creates<ProjectDto>();
        projects.MapGet("", ListProjects).ReadsPage<ProjectDto>();
        projects.MapGet("/{id}", GetProject).Reads<ProjectDto>();
        projects.MapPatch("/{id}", RenameProject).Changes<ProjectDto>();
        projects.MapDelete("/{id}", DeleteProject).Deletes();
        projects.MapPost("/{id}/archive", ArchiveProject).Changes<ProjectDto>();
        projects.MapPost("/{id}/unarchive", UnarchiveProject).Changes<ProjectDto>();
        projects.MapPost("/{id}/restore", RestoreProject).Changes<ProjectDto>();
        projects.MapGet("/{id}/history", GetProjectHistory).ReadsPage<CloudEvent>();
    }

    /// <summary>Creates a project</summary>
    public static async Task<IResult> CreateProject(JsonBody<CreateProject, ProjectDto> body, ISender sender, CancellationToken cancellationToken)
    {
        var project = (await sender.Send(body.Value, cancellationToken)).Value;
        return new Representation<ProjectDto>(project, $"/api/v1/projects/{project.Id}");
    }

    /// <summary>Lists projects</summary>
    /// <remarks>Projects must pass every filter that is given.</remarks>
    public static async Task<IResult> ListProjects([AsParameters] ListProjectsParameters parameters, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<ProjectDto>(await sender.Send(parameters.ToQuery(), cancellationToken));

    /// <summary>Reads a project</summary>
    public static async Task<IResult> GetProject(
        ProjectId id, ISender sender, CancellationToken cancellationToken, [FromQuery(Name = "includeDeleted")] bool? includeDeleted = null) =>
        new Representation<ProjectDto>(await sender.Send(new GetProject(id, includeDeleted ?? false), cancellationToken));

    /// <summary>Renames a project</summary>
    /// <remarks>A JSON Merge Patch (RFC 7396). The key never changes.</remarks>
    public static Task<IResult> RenameProject(
        ProjectId id, JsonBody<ProjectPatch, ProjectDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new RenameProject(id, request.ExpectedVersion(), body.Value), cancellationToken);

    /// <summary>Deletes a project</summary>
    /// <remarks>Refused while it has open tasks. It can be restored. Deleting it again changes nothing.</remarks>
    public static async Task<IResult> DeleteProject(
        ProjectId id, HttpRequest request, ISender sender, CancellationToken cancellationToken, [FromQuery(Name = "reason")] string? reason = null)
    {
        await sender.Send(new DeleteProject(id, request.ExpectedVersion(), reason), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Archives a project</summary>
    /// <remarks>openTasks says what becomes of its open tasks: refuse (the default) does not archive if there are any, cancel cancels them.</remarks>
    public static Task<IResult> ArchiveProject(
        ProjectId id, JsonBody<Archiving, ProjectDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new ArchiveProject(id, request.ExpectedVersion(), body.Value.OpenTasks), cancellationToken);

    /// <summary>Takes an archived project into use again</summary>
    public static Task<IResult> UnarchiveProject(
        ProjectId id, JsonBody<NoMembers, ProjectDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new UnarchiveProject(id, request.ExpectedVersion()), cancellationToken);

    /// <summary>Restores a deleted project</summary>
    public static Task<IResult> RestoreProject(
        ProjectId id, JsonBody<NoMembers, ProjectDto> body, HttpRequest request, ISender sender, CancellationToken cancellationToken) =>
        sender.ChangeAsync(new RestoreProject(id, request.ExpectedVersion()), cancellationToken);

    /// <summary>Reads the history of a project</summary>
    /// <remarks>Its events as CloudEvents, from the first. A deleted project has a history too.</remarks>
    public static async Task<IResult> GetProjectHistory(
        ProjectId id,
        ISender sender,
        IOptions<EventsOptions> options,
        CancellationToken cancellationToken,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null)
    {
        var page = await sender.Send(new GetProjectHistory(id, limit ?? PageLimits.Default, cursor), cancellationToken);
        return new PageOf<CloudEvent>(page.Select(logged => CloudEvent.From(logged, options.Value.Source)));
    }
}

/// <summary>How a project is archived.</summary>
/// <param name="OpenTasks">Whether open tasks prevent it or are cancelled.</param>
internal sealed record Archiving(OpenTasksPolicy OpenTasks = OpenTasksPolicy.Refuse);

/// <summary>The filters, the sort and the page of a list of projects.</summary>
internal sealed record ListProjectsParameters
{
    [FromQuery(Name = "archived"), Description("true: only archived ones; false: only others.")]
    public bool? Archived { get; init; }

    [FromQuery(Name = "text"), Description("With this text in the name, compared without case.")]
    public string? Text { get; init; }

    [FromQuery(Name = "includeDeleted"), Description("Whether deleted projects are listed too.")]
    public bool? IncludeDeleted { get; init; }

    [FromQuery(Name = "sort"), Description("key, created or updated; a minus sign before it reverses it.")]
    public string? Sort { get; init; }

    [FromQuery(Name = "limit"), Description("The most projects to return, 1 to 200.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before, with the same sort and filters.")]
    public string? Cursor { get; init; }

    public ListProjects ToQuery() => new()
    {
        Archived = Archived,
        Text = Text,
        IncludeDeleted = IncludeDeleted ?? false,
        Sort = Sort ?? ProjectSorts.Default,
        Limit = Limit ?? PageLimits.Default,
        Cursor = Cursor,
    };
}
