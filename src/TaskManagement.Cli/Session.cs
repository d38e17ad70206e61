using Spectre.Console;

namespace TaskManagement.Cli;

/// <summary>One run of a command: the service that it talks to, and the screen that it writes to.</summary>
/// <param name="service">The service.</param>
/// <param name="json">Whether scripts read along.</param>
internal sealed class Session(ServiceClient service, bool json) : IDisposable
{
    // Wide enough that no line is broken where no one looks at it.
    private const int PlainWidth = 4000;

    public ServiceClient Service => service;

    /// <summary>Whether the answer is to be printed as it came.</summary>
    public bool Json => json;

    /// <summary>Where results go.</summary>
    public IAnsiConsole Out { get; } = ConsoleOn(Console.Out, Console.IsOutputRedirected);

    /// <summary>Where questions and progress go, which are no part of the result.</summary>
    public IAnsiConsole Aside { get; } = ConsoleOn(Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether someone sits there who can be asked.</summary>
    public bool IsAttended { get; } = !Console.IsInputRedirected && !Console.IsErrorRedirected;

    public void Dispose() => service.Dispose();

    /// <summary>Prints an answer as it came.</summary>
    public static void PrintJson(Answer answer) => Console.Out.WriteLine(answer.Text);

    /// <summary>Asks before something that can't be taken back; goes on only if the answer is yes.</summary>
    /// <param name="question">What is about to be done.</param>
    /// <param name="yes">Whether the answer was given beforehand.</param>
    /// <param name="cancellationToken">Ends the wait for an answer.</param>
    public async Task ConfirmAsync(string question, bool yes, CancellationToken cancellationToken)
    {
        if (yes)
            return;
        if (!IsAttended)
            throw new FailureException($"{question} There is no one to ask here, so nothing was done. With --yes it is done without asking.", ExitCodes.Usage);
        if (!await AskAsync(question, cancellationToken))
            throw new FailureException("Nothing was done.");
    }

    public Task<bool> AskAsync(string question, CancellationToken cancellationToken) =>
        new ConfirmationPrompt(Markup.Escape(question)) { DefaultValue = false }.ShowAsync(Aside, cancellationToken);

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isRedirected)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
