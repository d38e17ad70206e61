namespace TaskManagement.Domain.Identity;

/// <summary>What a token is good for. On the wire each has a word, such as <c>tasks:read</c>.</summary>
[Flags]
public enum Scopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>tasks:read</c>: to see tasks, projects and their history.</summary>
    TasksRead = 1,

    /// <summary><c>tasks:write</c>: to change tasks; includes seeing them.</summary>
    TasksWrite = 2,

    /// <summary><c>projects:admin</c>: to create and change projects; includes seeing them.</summary>
    ProjectsAdmin = 4,

    /// <summary><c>webhooks</c>: to see and change webhooks.</summary>
    Webhooks = 8,

    /// <summary><c>events:read</c>: the feed and the stream of events.</summary>
    EventsRead = 16,

    /// <summary><c>admin</c>: everything.</summary>
    Admin = 32,

    /// <summary><c>account</c>: to manage one's own account and tokens. Sessions are good for it, and no token but an administrator's is.</summary>
    Account = 64,
}

/// <summary>The words for scopes, and what they include.</summary>
public static class ScopeWords
{
    private static readonly (Scopes Scope, string Word)[] OfTokens =
    [
        (Scopes.TasksRead, "tasks:read"),
        (Scopes.TasksWrite, "tasks:write"),
        (Scopes.ProjectsAdmin, "projects:admin"),
        (Scopes.Webhooks, "webhooks"),
        (Scopes.EventsRead, "events:read"),
        (Scopes.Admin, "admin"),
    ];

    private static readonly (Scopes Scope, string Word)[] Words = [.. OfTokens, (Scopes.Account, "account")];

    private static readonly Scopes EveryWord = Words.Aggregate(Scopes.None, (sum, known) => sum | known.Scope);

    /// <summary>The words for what tokens can be issued for.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfTokens.Select(known => known.Word)];

    /// <summary>The words for some scopes, in the order in which they are defined.</summary>
    public static IReadOnlyList<string> Of(Scopes scopes) => [.. Words.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Word)];

    /// <summary>The words for some scopes, separated by spaces.</summary>
    public static string Format(Scopes scopes) => string.Join(' ', Of(scopes));

    /// <summary>The scopes that words separated by spaces stand for; what is no such word counts for nothing.</summary>
    public static Scopes ParseAll(string words) => words.Split(' ').Aggregate(Scopes.None, (sum, word) => sum | (Parse(word) ?? Scopes.None));

    /// <summary>The scope that a word stands for, or null.</summary>
    public static Scopes? Parse(string word) =>
        Words.Where(known => string.Equals(known.Word, word, StringComparison.Ordinal)).Select(known => (Scopes?)known.Scope).FirstOrDefault();

    /// <summary>What the session of a person is good for.</summary>
    /// <param name="isAdministrator">Whether the person is an administrator.</param>
    public static Scopes OfSession(bool isAdministrator) => isAdministrator ? Scopes.Admin : EveryWord & ~Scopes.Admin;

    /// <summary>Whether who has some scopes may do what needs others.</summary>
    public static bool Include(this Scopes scopes, Scopes needed) => (WithIncluded(scopes) & needed) == needed;

    private static Scopes WithIncluded(Scopes scopes)
    {
        if (scopes.HasFlag(Scopes.Admin))
            return (Scopes)~0;
        return (scopes & (Scopes.TasksWrite | Scopes.ProjectsAdmin)) != Scopes.None ? scopes | Scopes.TasksRead : scopes;
    }
}
