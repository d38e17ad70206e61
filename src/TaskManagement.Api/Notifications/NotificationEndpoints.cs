using MediatR;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Notifications;

namespace TaskManagement.Api.Notifications;

/// <summary>What a person is notified of, over HTTP.</summary>
internal sealed class NotificationEndpoints : IEndpointGroup
{
    public void Map(RouteGroupBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Notifications");
        me.MapGet("/notifications", ListNotifications).Answers<InboxDto>();
        me.MapPost("/notifications/read", MarkNotificationsRead).Steers<UnreadDto>();
        me.MapPost("/notifications/{id}/read", MarkNotificationRead).Steers<NotificationDto>();
        me.MapPost("/notifications/{id}/unread", MarkNotificationUnread).Steers<NotificationDto>();
        me.MapGet("/notification-preferences", GetNotificationPreferences).Answers<NotificationPreferencesDto>();
        me.MapPatch("/notification-preferences", ChangeNotificationPreferences).Steers<NotificationPreferencesDto>();
    }

    /// <summary>Lists your notifications</summary>
    /// <remarks>The newest first, with the tasks as they are now. unread is the number of all that are not read. What is of tasks that are deleted is left out.</remarks>
    public static async Task<IResult> ListNotifications(
        ISender sender,
        CancellationToken cancellationToken,
        [FromQuery(Name = "unread")] bool? unread = null,
        [FromQuery(Name = "limit")] int? limit = null,
        [FromQuery(Name = "cursor")] string? cursor = null)
    {
        var inbox = await sender.Send(new ListNotifications(unread, limit ?? PageLimits.Default, cursor), cancellationToken);
        return new PageOf<NotificationDto>(inbox.ToPage(), body: inbox);
    }

    /// <summary>Marks a notification and all older ones as read</summary>
    /// <remarks>What comes meanwhile stays unread.</remarks>
    public static async Task<IResult> MarkNotificationsRead(
        JsonBody<MarkNotificationsRead, UnreadDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(body.Value, cancellationToken)).Value);

    /// <summary>Marks a notification as read</summary>
    public static async Task<IResult> MarkNotificationRead(
        Uuid id, JsonBody<NoMembers, NotificationDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new MarkNotificationRead(id.Value), cancellationToken)).Value);

    /// <summary>Marks a notification as not read</summary>
    public static async Task<IResult> MarkNotificationUnread(
        Uuid id, JsonBody<NoMembers, NotificationDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new MarkNotificationUnread(id.Value), cancellationToken)).Value);

    /// <summary>Reads how you are told of what</summary>
    /// <remarks>For each kind of news, whether you get mail about it and whether it is among your notifications. By default all is.</remarks>
    public static async Task<IResult> GetNotificationPreferences(ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sender.Send(new GetNotificationPreferences(), cancellationToken));

    /// <summary>Changes how you are told of what</summary>
    /// <remarks>A JSON Merge Patch (RFC 7396): an absent member is left alone, null is the default. It holds for what is told from then on.</remarks>
    public static async Task<IResult> ChangeNotificationPreferences(
        JsonBody<NotificationPreferencesPatch, NotificationPreferencesDto> body, ISender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok((await sender.Send(new ChangeNotificationPreferences(body.Value), cancellationToken)).Value);
}
