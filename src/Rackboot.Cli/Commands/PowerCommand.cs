using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot power</c>: switches machines, one or a thousand, and shows the progress.</summary>
public static class PowerCommand
{
    public static Command Create(Session session) =>
        new("power",
            """
            Power machines on and off through their BMCs. Shows the state read back from the BMC.

            Examples:
              rackboot power status --all
              rackboot power on node-01 node-02
              rackboot power cycle -l rack=r1 --boot network
            """)
        {
            Action(session, PowerAction.On, "Power machines on and wait until they are on. Leaves running machines alone.",
                "rackboot power on node-01 --boot network", boot: true),
            Action(session, PowerAction.Off, "Power machines off at once, without a shutdown.", "rackboot power off node-01"),
            Action(session, PowerAction.Cycle, "Power machines off, wait until they are off, and power them on, running or not.",
                "rackboot power cycle -l rack=r1 --boot network", boot: true),
            Action(session, PowerAction.Reset, "Reset machines without cutting the power.", "rackboot power reset node-01", boot: true),
            Action(session, PowerAction.Soft, "Ask the operating system to shut down; wait until it is off.", "rackboot power soft --all"),
            Action(session, PowerAction.Status, "Read the power state from each BMC now.", "rackboot power status -l role=worker"),
            Action(session, PowerAction.Identify, "Turn on the identify LED for a minute.", "rackboot power identify node-01"),
            Follow(session),
        };

    private static Command Action(Session session, PowerAction action, string description, string example, bool boot = false)
    {
        var selection = new MachineSelection(session);
        var target = new Option<BootTarget?>("--boot")
        {
            Description = "Boot once from network, http (UEFI HTTP boot, Redfish only), disk or bios. The setting is read back before the "
                + "start. network and http also arm the machine (rackboot provision).",
            HelpName = "TARGET",
        };
        var yes = Confirmation.Yes();
        var wait = new Option<bool>("--wait")
        {
            Description = "Wait until every machine is done; with false, return at once.",
            DefaultValueFactory = _ => true,
        };
        var format = GetCommand.Format();
        var word = action.ToString().ToLowerInvariant();
        var command = new Command(word, $"{description}\n\nExample:\n  {example}") { wait, format };
        selection.AddTo(command);
        if (boot)
            command.Options.Add(target);
        var disruptive = action is PowerAction.Off or PowerAction.Cycle or PowerAction.Reset or PowerAction.Soft;
        if (disruptive)
            command.Options.Add(yes);
        session.Run(command, async (result, client, cancel) =>
        {
            if (disruptive && selection.IsMany(result) && !result.GetValue(yes)
                && !Confirmation.Asks(result.InvocationConfiguration, await QuestionAsync(word, selection, result, client, cancel),
                    out var refusal))
                return refusal;
            var operation = await client.PowerAsync(new PowerOrder
            {
                Action = action,
                Boot = boot ? result.GetValue(target) : null,
                Machines = result.GetValue(selection.Names) is { Length: > 0 } given ? given : null,
                Selector = result.GetValue(selection.Selector),
                All = result.GetValue(selection.All) ? true : null,
            }, cancel);
            if (result.GetValue(wait))
                return await PowerView.FollowAsync(client, operation, result.GetValue(format), result.InvocationConfiguration, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
                Output.Documents.Write(result.InvocationConfiguration.Output, f, operation);
            else
                result.InvocationConfiguration.Output.WriteLine($"operation/{operation.Id} started on {operation.Machines.Count} machines; "
                    + $"follow it with: rackboot power follow {operation.Id}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Follow(Session session)
    {
        var id = new Argument<string?>("operation") { Description = "The operation's id. Default: the newest.",
            Arity = ArgumentArity.ZeroOrOne };
        var format = GetCommand.Format();
        var command = new Command("follow", "Follow a running operation to its end.\n\nExample:\n  rackboot power follow")
        {
            id, format,
        };
        session.Run(command, async (result, client, cancel) =>
        {
            var operation = result.GetValue(id) is { } given ? await client.GetOperationAsync(given, cancel)
                : await client.GetOperationsAsync(cancel) is [var newest, ..] ? newest
                : throw new ApiException(
                    System.Net.HttpStatusCode.NotFound, new Problem { Detail = "no operation in the last hour" });
            return await PowerView.FollowAsync(client, operation, result.GetValue(format), result.InvocationConfiguration, cancel);
        });
        return command;
    }

    private static async Task<string> QuestionAsync(
        string word, MachineSelection selection, ParseResult result, RackbootClient client, CancellationToken cancel) =>
        $"Power {word} {Confirmation.Count("machine", await selection.NamesAsync(result, client, cancel))}?";
}
