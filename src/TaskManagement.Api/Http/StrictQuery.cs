using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using TaskManagement.Application.Common;

namespace TaskManagement.Api.Http;

/// <summary>Refuses query parameters that the endpoint does not have, those given more often than it takes them, and those it can't read.</summary>
/// <remarks>The binding that is generated at build time leaves an optional parameter that it can't read null, and does not say which.</remarks>
internal static class StrictQuery
{
    /// <summary>Checks every endpoint of a group against its own parameters.</summary>
    public static RouteGroupBuilder RefuseUnfitParameters(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((factory, next) =>
        {
            var parameters = Parameters(factory.MethodInfo).ToDictionary(p => p.Name, StringComparer.Ordinal);
            return invocation =>
            {
                Check(invocation, parameters);
                return next(invocation);
            };
        });
        return group;
    }

    public static RequestError MalformedParameter(string name) => new("parameter.malformed", "The value is not of the form that this parameter takes.", Parameter: name);

    private static void Check(EndpointFilterInvocationContext invocation, Dictionary<string, Parameter> parameters)
    {
        List<RequestError>? errors = null;
        foreach (var (name, values) in invocation.HttpContext.Request.Query)
        {
            if (!parameters.TryGetValue(name, out var parameter))
                (errors ??= []).Add(new("parameter.unknown", "There is no such parameter.", Parameter: name));
            else if (values.Count > 1 && !parameter.IsRepeatable)
                (errors ??= []).Add(new("parameter.repeated", "The parameter may be given once.", Parameter: name));
            else if (!parameter.IsRead(values, invocation))
                (errors ??= []).Add(MalformedParameter(name));
        }

        if (errors is not null)
            throw new MalformedRequestException(errors);
    }

    private static IEnumerable<Parameter> Parameters(MethodInfo method)
    {
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.GetCustomAttribute<FromQueryAttribute>() is { } single)
                yield return new(single.Name!, parameter.ParameterType, parameter.Position, null);
            if (parameter.GetCustomAttribute<AsParametersAttribute>() is null)
                continue;
            foreach (var property in parameter.ParameterType.GetProperties())
            {
                if (property.GetCustomAttribute<FromQueryAttribute>() is { } member)
                    yield return new(member.Name!, property.PropertyType, parameter.Position, property);
            }
        }
    }

    private sealed class Parameter(string name, Type type, int position, PropertyInfo? member)
    {
        // Null is how it shows that a value was not read.
        private readonly bool _isText = type.IsValueType && Nullable.GetUnderlyingType(type) is null
            ? throw new InvalidOperationException($"The query parameter {name} must be of a type that can be null, not {type}.")
            : type == typeof(string) || type == typeof(string[]);

        public string Name => name;

        public bool IsRepeatable => type.IsArray;

        public bool IsRead(StringValues values, EndpointFilterInvocationContext invocation) =>
            _isText || (!values.Any(string.IsNullOrEmpty) && ValueIn(invocation) is not null);

        private object? ValueIn(EndpointFilterInvocationContext invocation)
        {
            var argument = invocation.Arguments[position];
            return member is null ? argument : member.GetValue(argument);
        }
    }
}
