using System.Reflection;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using TaskManagement.Api.Audit;
using TaskManagement.Api.Events;
using TaskManagement.Api.Http;
using TaskManagement.Api.OpenApi;
using TaskManagement.Api.Security;
using TaskManagement.Application;
using TaskManagement.Application.Common.Json;
using TaskManagement.Infrastructure;
using TaskManagement.Infrastructure.EventLog.Delivery;

namespace TaskManagement.Api;

/// <summary>The composition root: what the service is made of, and what a request passes through.</summary>
internal static class ApiServices
{
    // A description of 64 KiB may take six times as much when every character is escaped.
    private const long MaxBodyBytes = 1024 * 1024;

    public static WebApplicationBuilder AddTaskManagement(this WebApplicationBuilder builder, params Assembly[] extensions)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Host.UseServiceProviderFactory(new MeasuringServiceProviderFactory(builder.Environment.IsDevelopment()));

        var services = builder.Services;
        services.AddApplication(builder.Configuration["AutoMapper:LicenseKey"], extensions);
        services.AddInfrastructure(builder.Configuration, extensions);
        services.AddHttpContextAccessor();
        services.AddCallContext<HttpCallContext>();
        services.ConfigureHttpJsonOptions(json => AppJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblems();
        // Without AddAuthentication, which brings cookies' data protection and its keys on disk along.
        services.AddAuthenticationCore(options => options.DefaultScheme = BearerTokenHandler.SchemeName).AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, BearerTokenHandler>(BearerTokenHandler.SchemeName, null)
            .AddJwt(builder.Configuration);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddProxies(builder.Configuration);
        services.AddSettings<RateLimitingOptions>(builder.Configuration, RateLimitingOptions.Section);
        services.AddSingleton<RateLimiting>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<AuditFiles>();
        services.AddApiDocument();
        services.Scan(scan => scan.FromAssemblyOf<Program>()
            .AddClasses(classes => classes.AssignableTo<IEndpointGroup>(), publicOnly: false)
            .As<IEndpointGroup>()
            .WithSingletonLifetime());
        return builder;
    }

    public static WebApplication UseTaskManagement(this WebApplication app)
    {
        // First of all, since all that follows takes the address for the client's.
        app.UseProxies();
        app.UseRequestSpans();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseApiDocumentPage();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<RateLimiting>();
        app.UseAuthorization();

        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        app.MapApiDocument();

        var api = app.MapGroup("/api/v1").RefuseUnfitParameters();
        foreach (var group in app.Services.GetServices<IEndpointGroup>())
            group.Map(api);
        return app;
    }

    /// <summary>Measures every notification handler there is when the container is built, however and whenever it was registered.</summary>
    private sealed class MeasuringServiceProviderFactory(bool isDevelopment) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) =>
            containerBuilder.CompleteNotificationHandlers()
                .BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = isDevelopment, ValidateOnBuild = isDevelopment });
    }
}
