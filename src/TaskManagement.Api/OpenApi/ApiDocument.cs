using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using TaskManagement.Api.Http;
using TaskManagement.Api.Incoming;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Access;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Common.Paging;
using TaskManagement.Application.Incoming;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document at /openapi/v1.json, and its page at /docs.</summary>
internal static class ApiDocument
{
    private static readonly FrozenDictionary<string, RequiresAttribute> Needs = typeof(RequiresAttribute).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(RequiresAttribute)))
        .ToFrozenDictionary(type => type.Name, RequiresAttribute.Of, StringComparer.Ordinal);

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = NameOf;
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(Complete);
        options.AddSchemaTransformer(Describe);
    });

    public static void MapApiDocument(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    /// <summary>Serves the page, to anyone: it must come before authorisation.</summary>
    public static void UseApiDocumentPage(this WebApplication app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "TaskManagement API";
        page.SwaggerEndpoint("/openapi/v1.json", "v1");
    });

    /// <summary>The name of a schema; none for what is no more than a text, or a member of a patch.</summary>
    private static string? NameOf(JsonTypeInfo json)
    {
        var type = Nullable.GetUnderlyingType(json.Type) ?? json.Type;
        if (IsEntityId(type) || type == typeof(Instant) || type == typeof(Day) || type == typeof(Address) || type == typeof(Uuid) || (type.IsGenericType && type.GetGenericTypeDefinition() is { } generic
                && (generic == typeof(Word<>) || generic == typeof(Optional<>))))
            return null;
        return OpenApiOptions.CreateDefaultSchemaReferenceId(json)?.Replace("Dto", "", StringComparison.Ordinal);
    }

    private static bool IsEntityId(Type type) =>
        type.GetInterfaces().Any(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEntityId<>));

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "TaskManagement",
            Version = "v1",
            Description = "Tasks and projects in which every change is a domain event. Unknown members and parameters are refused by name; "
                + "errors are problem documents (RFC 9457) with a stable code.",
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        // The address depends on who asks; the paths do not.
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of this service, or a JWT of the issuer that the installation accepts." },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        return Task.CompletedTask;
    }

    private static string InWords(RequiresAttribute needed)
    {
        if (needed.Scope == Scopes.None)
            return "Needs no token.";
        var scope = $"Needs a token with the scope {ScopeWords.Format(needed.Scope)}";
        if (needed.Role is { } role)
            return $"{scope}, and of a person the role {Words<ProjectRole>.Of(role)} in the project.";
        return needed.OfOrganisation && !needed.Scope.HasFlag(Scopes.Admin) ? $"{scope}, and is for administrators and programs only." : $"{scope}.";
    }

    private static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId = metadata.OfType<MethodInfo>().FirstOrDefault()?.Name;
        // An endpoint has the name of its use case.
        if (operation.OperationId is { } useCase && Needs.TryGetValue(useCase, out var needed))
        {
            operation.Description = $"{operation.Description} {InWords(needed)}".TrimStart();
            if (needed.Scope == Scopes.None)
                operation.Security = [];
        }

        if (context.Description.HttpMethod == HttpMethods.Post)
        {
            AddHeader(operation, HttpCallContext.IdempotencyKeyHeader, "1–255 visible ASCII characters. The same key and request within 24 hours get the first answer, with Idempotency-Replayed: true.");
        }

        if (metadata.OfType<EndpointContracts.TakesIfMatch>().Any())
            AddHeader(operation, "If-Match", "The entity tag of the version to change, such as \"3\". Another current version gives 412.");
        if (metadata.OfType<EndpointContracts.TakesIfNoneMatch>().Any())
            AddHeader(operation, "If-None-Match", "The entity tag of the version at hand. If it is current, the answer is 304.");
        foreach (var id in (operation.Parameters ?? []).Where(parameter => parameter is { In: ParameterLocation.Path, Name: "id" or "userId", Schema.Format: not "int64" }))
            AsText((OpenApiSchema)id.Schema!, "uuid");
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Query))
        {
            // The generated binding says of arrays that they are required.
            parameter.Required = false;
            if (parameter is { Name: "limit", Schema: OpenApiSchema limit })
                limit.Default = PageLimits.Default;
        }

        if (operation.RequestBody?.Content is { } bodies && bodies.TryGetValue(CloudEventsBody.Batch, out var batch))
        {
            batch.Schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = batch.Schema, MaxItems = ReceiveCloudEvents.MaxEvents };
            bodies[CloudEventsBody.Data].Schema = new OpenApiSchema();
        }

        foreach (var file in metadata.OfType<EndpointContracts.ServesFile>())
            operation.Responses!["200"].Content![file.MediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = OperationExamples.FileOf(operation.OperationId!, file.MediaType) };
        AddExamples(operation);
        return Task.CompletedTask;
    }

    private static async Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Word<>))
            AsWords(schema, type.GetGenericArguments()[0]);
        else if (type.IsEnum)
            AsWords(schema, type);
        else if (type == typeof(Instant))
            AsText(schema, "date-time");
        else if (type == typeof(Day))
            AsText(schema, "date");
        else if (type == typeof(Address))
            AsText(schema, format: null);
        else if (IsEntityId(type) || type == typeof(Uuid))
            AsText(schema, "uuid");
        else if (type == typeof(DateTimeOffset))
            AsText(schema, "date-time", orNull: type != context.JsonTypeInfo.Type);
        else if (type == typeof(DueDate))
            AsDueDate(schema);
        else if (type == typeof(CloudEventDocument))
            schema.AdditionalPropertiesAllowed = true;
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>))
            AsNullable(schema, await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, cancellationToken));
    }

    /// <summary>A member of a merge patch: what it holds, or null to clear it.</summary>
    private static void AsNullable(OpenApiSchema schema, OpenApiSchema value)
    {
        schema.Type = value.Type | JsonSchemaType.Null;
        schema.Format = value.Format;
        schema.Description ??= value.Description;
        schema.Items = value.Items;
        schema.Properties = value.Properties;
        schema.Enum = value.Enum;
    }

    private static void AsText(OpenApiSchema schema, string? format, bool orNull = false)
    {
        schema.Type = orNull ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Format = format;
        schema.Properties = null;
        schema.Required = null;
        schema.AdditionalPropertiesAllowed = true;
    }

    private static void AsWords(OpenApiSchema schema, Type enumType)
    {
        var words = (IReadOnlyList<string>)typeof(Words<>).MakeGenericType(enumType).GetProperty(nameof(Words<DayOfWeek>.All))!.GetValue(null)!;
        AsText(schema, format: null);
        schema.Enum = [.. words.Select(word => (JsonNode)word)];
    }

    private static void AsDueDate(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "Either date, or dateTime with the IANA timeZone it is meant in, or dateTime alone, which floats.";
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["date"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date", Examples = ["2026-12-01"] },
            ["dateTime"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Local time to the second, without an offset.", Examples = ["2026-12-01T17:00:00"] },
            ["timeZone"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "IANA time zone.", Examples = ["Europe/Madrid"] },
        };
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });

    private static void AddExamples(OpenApiOperation operation)
    {
        if (operation.OperationId is not { } name)
            return;
        foreach (var (mediaType, media) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            media.Example = Examples.RequestOf(name, mediaType);
        foreach (var (status, response) in operation.Responses ?? [])
        {
            foreach (var media in response.Content?.Values ?? [])
                media.Example ??= Examples.ResponseOf(name, status);
        }
    }
}
