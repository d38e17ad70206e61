using System.Reflection;
using MediatR;
using TaskManagement.Domain.Identity;

namespace TaskManagement.Application.Common.Access;

/// <summary>Says what the token of a caller must be good for to send a request. Every request says so.</summary>
/// <param name="scope">What it must be good for.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RequiresAttribute(Scopes scope) : Attribute
{
    /// <summary>What the token must be good for.</summary>
    public Scopes Scope => scope;

    /// <summary>What a request says.</summary>
    /// <param name="request">The class of the request.</param>
    /// <exception cref="InvalidOperationException">It says nothing.</exception>
    public static Scopes Of(Type request) => request.GetCustomAttribute<RequiresAttribute>()?.Scope
        ?? throw new InvalidOperationException($"{request.Name} does not say who may send it: put [Requires(…)] on it.");

    /// <summary>Sees to it that all requests say so.</summary>
    /// <param name="assemblies">Where they are.</param>
    /// <exception cref="InvalidOperationException">One says nothing.</exception>
    public static void Check(IEnumerable<Assembly> assemblies)
    {
        foreach (var request in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsAssignableTo(typeof(IBaseRequest)) && type is { IsInterface: false, IsAbstract: false }))
            _ = Of(request);
    }
}
