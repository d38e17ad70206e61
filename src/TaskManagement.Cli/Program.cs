using System.Runtime.InteropServices;
using System.Text;
using TaskManagement.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// The first time the command at hand comes to its end, the second time the process does.
using var ending = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, EndOnce);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndOnce);
return await Tool.RunAsync(args, ending.Token);

void EndOnce(PosixSignalContext signal)
{
    if (ending.IsCancellationRequested)
        return;
    signal.Cancel = true;
    ending.Cancel();
}
