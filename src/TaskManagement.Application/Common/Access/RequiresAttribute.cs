using System.Reflection;
using MediatR;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Application.Common.Access;

/// <summary>Says what a caller must be to send a request. Every request says so.</summary>
/// <param name="scope">What the token must be good for.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RequiresAttribute(Scopes scope) : Attribute
{
    private readonly bool _ofOrganisation;

    /// <summary>Says what a caller must be to send a request about what is in projects, or outside of all.</summary>
    /// <param name="scope">What the token must be good for.</param>
    /// <param name="role">What the caller must be in the project; of a list, where things are left out for whom it is not.</param>
    public RequiresAttribute(Scopes scope, ProjectRole role)
        : this(scope) => Role = role;

    /// <summary>What the token must be good for.</summary>
    public Scopes Scope => scope;

    /// <summary>What the caller must be in the project; null if the request is not about what is in projects, which closes it to tokens that are confined to one.</summary>
    public ProjectRole? Role { get; }

    /// <summary>Whether it is only for whom the whole organisation is open: administrators, and programs with a token of their own.</summary>
    public bool OfOrganisation
    {
        get => _ofOrganisation || scope.HasFlag(Scopes.Admin);
        init => _ofOrganisation = value;
    }

    /// <summary>What a request says.</summary>
    /// <param name="request">The class of the request.</param>
    /// <exception cref="InvalidOperationException">It says nothing.</exception>
    public static RequiresAttribute Of(Type request) => request.GetCustomAttribute<RequiresAttribute>()
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
