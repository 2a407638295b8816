using System.CommandLine;
using Rackboot.Cli.Terminal;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot console</c>: a machine's serial console, live or from its log.</summary>
public static class ConsoleCommand
{
    private const string DefaultEscape = "~";

    public static Command Create(Session session)
    {
        var machine = Target.Machine(session, "Whose console.");
        var watch = new Option<bool>("--watch") { Description = "Watch only, until Ctrl-C." };
        var takeOver = new Option<bool>("--take-over") { Description = "Take over typing from the person who is typing." };
        var escape = new Option<string?>("--escape")
        {
            Description = "The escape character: one character, ^X for Ctrl-X, or none. Default: ~.", HelpName = "CHAR",
        };
        escape.CompletionSources.Add("^]", "none");
        var log = new Option<bool>("--log") { Description = "Print the console's log instead." };
        var follow = new Option<bool>("--follow", "-f") { Description = "With --log: continue with new output, until Ctrl-C." };
        var tail = new Option<int?>("--tail") { Description = "With --log: only the last lines.", HelpName = "LINES" };
        var raw = new Option<bool>("--raw")
        {
            Description = "With --log: keep control sequences on a terminal. A file or pipe always gets the log unchanged.",
        };
        var command = new Command("console",
            """
            Open a machine's serial console. Several people can watch; the first to connect types.

            At the start of a line:
              ~.  disconnect     ~w  take over typing
              ~b  send a break   ~?  list these keys   ~~  send ~

            Examples:
              rackboot console node-01
              rackboot console node-01 --watch
              rackboot console --log node-01 --tail 50 -f
              printf 'uname -r\r' | rackboot console node-01

            Input from a pipe is sent unchanged, without escape keys, once the console is connected. The command ends when the input has
            ended and the machine has sent nothing for a second. If somebody else is typing, it sends nothing and exits with 4.
            """) { machine, watch, takeOver, escape, log, follow, tail, raw };
        escape.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && !EscapeKeys.TryParse(given.Value, out _))
                result.AddError($"--escape takes one character, ^X for Ctrl-X, or none; not \"{given.Value}\"");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(log) ? Has(watch) || Has(takeOver) || Has(escape) : Has(follow) || Has(tail) || Has(raw))
                result.AddError(result.GetValue(log)
                    ? "--watch, --take-over and --escape cannot be used with --log"
                    : "--follow, --tail and --raw need --log");
            if (Has(watch) && Has(takeOver))
                result.AddError("give --watch or --take-over, not both");
            if (result.GetResult(tail)?.Tokens is [{ Value: ['-', ..] }])
                result.AddError("--tail takes a number of lines, like 50");

            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var name = result.GetValue(machine)!;
            var error = result.InvocationConfiguration.Error;
            if (result.GetValue(log))
                return await OpenPipe.FollowAsync(
                    stop => PrintLogAsync(client, name, result.GetValue(tail), result.GetValue(follow), result.GetValue(raw), error, stop),
                        cancel);
            if (!EscapeKeys.TryParse(result.GetValue(escape) ?? DefaultEscape, out var key))
                return ExitCode.Usage;
            await using var connection = await client.OpenConsoleAsync(name, result.GetValue(watch), cancel);
            return await new ConsoleView(connection, name, result.GetValue(watch), result.GetValue(takeOver), key, error).RunAsync(cancel);
        });
        return command;
    }

    private static async Task<int> PrintLogAsync(
        RackbootClient client, string machine, int? tail, bool follow, bool raw, TextWriter error, CancellationToken cancel)
    {
        await using var log = await client.GetConsoleLogAsync(machine, tail, follow, cancel);
        await using var output = Console.OpenStandardOutput();
        var plain = raw || Console.IsOutputRedirected ? null : new PlainText();
        var buffer = new byte[64 << 10];
        while (await log.ReadAsync(buffer, cancel) is var read and > 0)
            await output.WriteAsync(plain is null ? buffer.AsMemory(0, read) : plain.Filter(buffer.AsSpan(0, read)), cancel);
        if (!follow)
            return ExitCode.Ok;
        error.WriteLine($"rackboot: the log of {machine} ended; the machine was deleted or the daemon is stopping");
        return ExitCode.Failed;
    }
}
