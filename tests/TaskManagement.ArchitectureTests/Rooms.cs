using System.Reflection;
using System.Runtime.CompilerServices;

namespace TaskManagement.ArchitectureTests;

/// <summary>The four assemblies, innermost first.</summary>
internal static class Rooms
{
    public static readonly Assembly Domain = typeof(Domain.Tasks.TaskItem).Assembly;
    public static readonly Assembly Application = typeof(Application.ApplicationServices).Assembly;
    public static readonly Assembly Infrastructure = typeof(Infrastructure.InfrastructureServices).Assembly;
    public static readonly Assembly Api = Assembly.Load("TaskManagement.Api");

    public static readonly IReadOnlyList<Assembly> All = [Domain, Application, Infrastructure, Api];

    /// <summary>The types that someone wrote.</summary>
    public static IReadOnlyList<Type> Written(params IEnumerable<Assembly> assemblies) =>
    [
        .. assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type =>
            !type.Name.Contains('<', StringComparison.Ordinal)
            && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && type.DeclaringType?.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && type.Namespace?.StartsWith("TaskManagement", StringComparison.Ordinal) == true),
    ];
}
