namespace TaskManagement.Api.Http;

/// <summary>The endpoints of one resource. Found by scanning, so a new group needs no line of registration.</summary>
internal interface IEndpointGroup
{
    /// <summary>Maps the endpoints below <c>/api/v1</c>.</summary>
    void Map(RouteGroupBuilder api);
}
