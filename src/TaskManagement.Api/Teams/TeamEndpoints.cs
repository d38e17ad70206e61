using MediatR;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Teams;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.Teams;

/// <summary>The people of projects over HTTP.</summary>
internal sealed class TeamEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var members = api.MapGroup("/projects/{id}/members").WithTags("Members");
        members.MapPost("", InviteMember).Creates<MemberDto>();
        members.MapGet("", ListMembers).ReadsPage<MemberDto>();
        members.MapPatch("/{userId}", ChangeMemberRole).Steers<MemberDto>();
        members.MapDelete("/{userId}", RemoveMember).Ends();
        members.MapPut("/me", JoinProject).Steers<MemberDto>();
        members.MapDelete("/me", LeaveProject).Ends();
        api.MapGet("/me/invitations", ListInvitations).WithTags("Members").ReadsPage<InvitationDto>();
    }

    /// <summary>Invites a person into a project</summary>
    /// <remarks>The project stays hidden from them until they join.</remarks>
    public static async Task<IResult> InviteMember(ProjectId id, JsonBody<Invitation, MemberDto> body, ISender sender, CancellationToken cancellationToken)
    {
        var member = (await sender.Send(new InviteMember(id, body.Value.UserId, body.Value.Role), cancellationToken)).Value;
        return TypedResults.Created((string?)null, member);
    }

    /// <summary>Lists who is in a project, and who is invited</summary>
    /// <remarks>All of them, in the order in which they came.</remarks>
    public static async Task<IResult> ListMembers(ProjectId id, ISender sender, CancellationToken cancellationToken) =>
        new PageOf<MemberDto>(await sender.Send(new ListMembers(id), cancellationToken));

    /// <summary>Gives a member, or who is invited, another role</summary>
    /// <remarks>A project keeps an owner: the last one can't be given another role.</remarks>
    public static async Task<IResult> ChangeMemberRole(
        ProjectId id, UserId userId, JsonBody<RoleChange, MemberDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new ChangeMemberRole(id, userId, body.Value.Role), cancellationToken)).Value);

    /// <summary>Removes a member, or takes back an invitation</summary>
    /// <remarks>A project keeps an owner: the last one can't be removed.</remarks>
    public static async Task<IResult> RemoveMember(ProjectId id, UserId userId, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(new RemoveMember(id, userId), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Accepts an invitation</summary>
    /// <remarks>The calling person joins the project, with the role of the invitation. Doing so again changes nothing.</remarks>
    public static async Task<IResult> JoinProject(ProjectId id, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new JoinProject(id), cancellationToken)).Value);

    /// <summary>Leaves a project, or declines an invitation</summary>
    /// <remarks>The last owner can't leave.</remarks>
    public static async Task<IResult> LeaveProject(ProjectId id, ISender sender, CancellationToken cancellationToken)
    {
        await sender.Send(new LeaveProject(id), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Lists the projects that the calling person is invited into</summary>
    /// <remarks>The latest invitation first, 200 at most.</remarks>
    public static async Task<IResult> ListInvitations(ISender sender, CancellationToken cancellationToken) =>
        new PageOf<InvitationDto>(await sender.Send(new ListInvitations(), cancellationToken));
}

/// <summary>Who is invited.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Role">The role that they will have: viewer, commenter, editor or owner.</param>
internal sealed record Invitation(Guid UserId, ProjectRole Role);

/// <summary>Another role of a member.</summary>
/// <param name="Role">The role from now on: viewer, commenter, editor or owner.</param>
internal sealed record RoleChange(ProjectRole Role);
