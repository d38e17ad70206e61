using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using TaskManagement.Cli.Commands;

namespace TaskManagement.Cli;

/// <summary>The commands, and how the process ends.</summary>
internal static class Tool
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = Root().Parse(args);
        try
        {
            if (parsed.Action is ParseErrorAction)
                return await RefuseAsync(parsed);
            // Cancellation and errors are handled here, in one place for all commands.
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
        }
        catch (FailureException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failure;
        }
        catch (Exception exception)
        {
            // For whoever runs the tool, the place in its code says nothing.
            await Console.Error.WriteLineAsync($"Something went wrong in the tool itself: {exception.GetType().Name}: {exception.Message}");
            return ExitCodes.Failure;
        }
    }

    /// <summary>Says what is wrong with the command line, and where to read how it goes, without all of it.</summary>
    private static async Task<int> RefuseAsync(ParseResult parsed)
    {
        // A word that is no command is the fault, and not that there is no command besides.
        var faults = parsed.Errors.Where(error => parsed.UnmatchedTokens.Count == 0 || parsed.UnmatchedTokens.Any(error.Message.Contains));
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync(fault.Message);
        var path = new Stack<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as CommandResult)
            path.Push(command.Command.Name);
        await Console.Error.WriteLineAsync($"See {string.Join(' ', path)} --help.");
        return ExitCodes.Usage;
    }

    private static RootCommand Root()
    {
        var options = new CommonOptions();
        return new("Sees and steers the events of a TaskManagement service.")
        {
            options.Url,
            options.Token,
            options.Json,
            SubscriptionCommands.Subscriptions(options),
            SubscriptionCommands.Lag(options),
            ExplainCommand.Explain(options),
            ParkedCommands.Parked(options),
            ParkedCommands.Dead(options),
            RetryCommands.Retry(options),
            RetryCommands.Discard(options),
            ReplayCommands.Replay(options),
            RewindCommand.Rewind(options),
            TailCommand.Tail(options),
            AuditCommand.Audit(options),
            HandlerCommands.Handlers(options),
            HandlerCommands.TestHandler(options),
            StoreCommands.Health(options),
            StoreCommands.Verify(options),
        };
    }
}

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The service refused, could not be reached, or was not asked after all.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>What was examined is not as it should be.</summary>
    public const int NotInOrder = 3;
}

/// <summary>Ends the command with one sentence.</summary>
/// <param name="message">The sentence.</param>
/// <param name="exitCode">What the process ends with.</param>
internal sealed class FailureException(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>Whether the same may succeed later.</summary>
    public bool IsPassing { get; init; }
}
