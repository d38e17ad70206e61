using System.Text.Json;

namespace TaskManagement.Infrastructure.EventLog.Operations;

/// <summary>What handlers are about: the folder that they stand in says it.</summary>
internal static class Concerns
{
    private const string Reactions = "Reactions";

    public static string Of(Type handler)
    {
        var folders = (handler.Namespace ?? "").Split('.');
        var concern = folders.Length > 1 && folders[^1] == Reactions ? folders[^2] : folders[^1];
        return JsonNamingPolicy.KebabCaseLower.ConvertName(concern);
    }
}
