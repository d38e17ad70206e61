using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TaskManagement.Application.Identity;
using TaskManagement.Domain.Identity;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Tasks;

namespace TaskManagement.Api.IntegrationTests.Support;

/// <summary>Tokens that say themselves who calls. They are accepted in tests alone, where it does not matter how a caller came by one.</summary>
internal static class PersonalTokens
{
    /// <summary>What people may do who are no administrators.</summary>
    public const Scopes All = Scopes.TasksWrite | Scopes.ProjectsAdmin | Scopes.Webhooks | Scopes.EventsRead | Scopes.Account;

    private const string Prefix = "test/";

    public static void Accept(IServiceCollection services) => services.Decorate<IAccessTokens, Accepting>();

    /// <summary>The token of a person.</summary>
    public static string Of(Guid person, Scopes scopes = All) => Token(new(new($"user:{person}"), scopes));

    /// <summary>A client of a person.</summary>
    public static HttpClient ClientOf(this ApiHost host, Guid person, Scopes scopes = All) => host.CreateClient(Of(person, scopes));

    /// <summary>A client of a program that is confined to a project.</summary>
    public static HttpClient ClientConfinedTo(this ApiHost host, string project, Scopes scopes = All) =>
        host.CreateClient(Token(new(new($"token:{Guid.CreateVersion7()}"), scopes, new ProjectId(Guid.Parse(project)))));

    private static string Token(Caller caller) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{caller.Actor}/{(int)caller.Scopes}/{caller.Project}");

    private static Caller CallerOf(string token) => token.Split('/') is [_, var actor, var scopes, var project]
        ? new(new(actor), (Scopes)int.Parse(scopes, CultureInfo.InvariantCulture), project.Length == 0 ? null : new ProjectId(Guid.Parse(project)))
        : throw new FormatException(token);

    private sealed class Accepting(IAccessTokens others) : IAccessTokens
    {
        public ValueTask<Caller?> AuthenticateAsync(string token, CancellationToken cancellationToken) =>
            token.StartsWith(Prefix, StringComparison.Ordinal) ? ValueTask.FromResult<Caller?>(CallerOf(token)) : others.AuthenticateAsync(token, cancellationToken);

        public void Forget(TokenId id) => others.Forget(id);

        public void Forget(SessionId id) => others.Forget(id);

        public void ForgetAll(UserId person) => others.ForgetAll(person);
    }
}
