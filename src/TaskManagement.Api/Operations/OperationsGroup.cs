
namespace TaskManagement.Api.Operations;

internal static class OperationsGroup
{
    /// <summary>What operators see and steer, for administrators only.</summary>
    public static RouteGroupBuilder MapOperations(this RouteGroupBuilder api, string prefix) =>
        api.MapGroup($"/operations{prefix}").WithTags("Operations");
}
