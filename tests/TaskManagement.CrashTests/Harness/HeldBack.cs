using Npgsql;

namespace TaskManagement.CrashTests.Harness;

/// <summary>Statements that wait, in the middle of what they do, for as long as a test wants them to.</summary>
internal static class HeldBack
{
    private const int Lock = 4711;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Lets every statement that does this to a row wait while a test holds it back.</summary>
    /// <param name="database">Where.</param>
    /// <param name="what">When, on which table and for which rows, in the words of CREATE TRIGGER.</param>
    public static Task LetWaitAsync(this PostgreSqlRunDatabase database, string what) => database.ExecuteAsync($"""
        CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Lock}); RETURN NEW; END $$;
        CREATE TRIGGER hold_back {what} EXECUTE FUNCTION hold_back();
        """);

    /// <summary>Holds such statements back, until what is returned is disposed.</summary>
    public static async Task<IAsyncDisposable> HoldBackAsync(this PostgreSqlRunDatabase database)
    {
        var connection = await database.ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Lock})", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Waits until a statement is held back.</summary>
    public static Task WaitForOneHeldBackAsync(this PostgreSqlRunDatabase database) =>
        Waiting.UntilAsync("a statement is held back", Patience, async () => await database.CountAsync() > 0);

    /// <summary>Ends the connections of all statements that are held back.</summary>
    public static async Task EndThoseHeldBackAsync(this PostgreSqlRunDatabase database)
    {
        await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {IsHeldBack}");
        await Waiting.UntilAsync("no statement is held back", Patience, async () => await database.CountAsync() == 0);
    }

    private static string IsHeldBack => $"locktype = 'advisory' AND objid = {Lock} AND NOT granted";

    private static async Task<long> CountAsync(this PostgreSqlRunDatabase database)
    {
        await using var connection = await database.ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM pg_locks WHERE {IsHeldBack}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
