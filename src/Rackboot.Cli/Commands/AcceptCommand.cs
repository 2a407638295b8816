using System.CommandLine;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot accept</c>: accepts a network card as a machine's own.</summary>
public static class AcceptCommand
{
    public static Command Create(Session session)
    {
        var name = Target.Machine(session);
        var card = new Option<string>("--card")
        {
            Description = "The card's MAC address, as rackboot get machines -o wide shows it.",
            HelpName = "MAC",
            Required = true,
        };
        card.CompletionSources.Add(context =>
            context.ParseResult.GetValue(name) is { } machine ? session.Complete(context, Cards(machine)) : []);
        var revoke = new Option<bool>("--revoke") { Description = "Revoke: the card does not belong to the machine." };
        var command = new Command("accept",
            """
            Accept a network card as one of a machine's own. A card that sends a machine's UUID or serial number stays pending and gets
            no machine configuration until you accept it here, name it in the machine's document, or the machine's BMC lists it.

            Examples:
              rackboot accept node-01 --card 52:54:00:00:01:04
              rackboot accept node-01 --card 52:54:00:00:01:04 --revoke
            """) { name, card, revoke };
        session.Run(command, async (result, client, cancel) =>
        {
            var (machine, mac) = (result.GetValue(name)!, result.GetValue(card)!);
            if (result.GetValue(revoke))
                await client.RevokeCardAsync(machine, mac, cancel);
            else
                await client.AcceptCardAsync(machine, mac, cancel);
            result.InvocationConfiguration.Output.WriteLine(
                $"machine/{machine} card {mac} {(result.GetValue(revoke) ? "revoked" : "accepted")}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Func<RackbootClient, string, CancellationToken, Task<IEnumerable<string>>> Cards(string machine) =>
        async (client, word, cancel) => ((await client.GetMachineAsync(machine, cancel)).Value.Status?.PendingCards ?? [])
            .Select(c => c.Mac).Where(mac => mac.StartsWith(word, StringComparison.Ordinal));
}
