using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using TaskManagement.Application.Common;

namespace TaskManagement.Api.Http;

/// <summary>Refuses query parameters that the endpoint does not have, and those given more often than it takes them.</summary>
internal static class StrictQuery
{
    /// <summary>Checks every endpoint of a group against its own parameters.</summary>
    public static RouteGroupBuilder RefuseUnknownParameters(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((factory, next) =>
        {
            var parameters = Parameters(factory.MethodInfo).ToDictionary(p => p.Name, p => p.Repeatable, StringComparer.Ordinal);
            return invocation =>
            {
                Check(invocation.HttpContext.Request.Query, parameters);
                return next(invocation);
            };
        });
        return group;
    }

    private static void Check(IQueryCollection query, Dictionary<string, bool> parameters)
    {
        List<RequestError>? errors = null;
        foreach (var (name, values) in query)
        {
            if (!parameters.TryGetValue(name, out var repeatable))
                (errors ??= []).Add(new("parameter.unknown", "There is no such parameter.", Parameter: name));
            else if (values.Count > 1 && !repeatable)
                (errors ??= []).Add(new("parameter.repeated", "The parameter may be given once.", Parameter: name));
        }

        if (errors is not null)
            throw new MalformedRequestException(errors);
    }

    private static IEnumerable<(string Name, bool Repeatable)> Parameters(MethodInfo method) =>
        from parameter in method.GetParameters()
        from attributes in parameter.GetCustomAttribute<AsParametersAttribute>() is null
            ? new[] { (Attribute: parameter.GetCustomAttribute<FromQueryAttribute>(), Type: parameter.ParameterType) }
            : parameter.ParameterType.GetProperties().Select(p => (Attribute: p.GetCustomAttribute<FromQueryAttribute>(), Type: p.PropertyType))
        where attributes.Attribute is not null
        select (attributes.Attribute.Name!, attributes.Type.IsArray);
}
