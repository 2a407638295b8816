using System.CommandLine;
using System.Net;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot adopt</c>: writes the document of a discovered machine.</summary>
public static class AdoptCommand
{
    public static Command Create(Session session)
    {
        var machine = Target.Machine(session, "The discovered machine, as rackboot get machines --state discovered shows it.");
        var name = new Option<string?>("--as") { Description = "The new name. Default: its present name.", HelpName = "NAME" };
        var profile = new Option<string?>("--profile")
        {
            Description = "The profile to boot from the network. Default: none.",
            HelpName = "PROFILE",
        };
        profile.CompletionSources.Add(context => session.Complete(context, Resource.Named("profiles")!));
        var address = new Option<string?>("--address") { Description = "The IPv4 address to reserve for it.", HelpName = "ADDRESS" };
        var labels = new Option<string[]>("--label") { Description = "A label. Repeatable.", HelpName = "KEY=VALUE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check the document; change nothing." };
        var print = new Option<bool>("--print")
        {
            Description = "Print the document instead of applying it. Complete it, then apply it with rackboot apply.",
        };
        var command = new Command("adopt",
            """
            Turn a discovered machine into a described one. Its document gets the MAC addresses and the UUID that the machine sent. It
            keeps its boots and its address.

            Examples:
              rackboot get machines --state discovered -o wide
              rackboot adopt discovered-525400000104 --as node-04 --label rack=r1
              rackboot adopt discovered-525400000104 --as node-04 --print > node-04.yaml
            """) { machine, name, profile, address, labels, dryRun, print };
        command.Validators.Add(result =>
        {
            if (result.GetValue(labels)?.FirstOrDefault(l => l.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                result.AddError($"--label takes KEY=VALUE, like rack=r1; not \"{wrong}\"");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var found = (await client.GetMachineAsync(result.GetValue(machine)!, cancel)).Value;
            if (found.Status?.State != MachineState.Discovered)
            {
                error.WriteLine(Printable.Of(
                    $"rackboot: {found.Name} already has a document; change it with: rackboot edit machine/{found.Name}"));
                return ExitCode.Conflict;
            }

            var document = DiscoveredMachine.Described(found) with
            {
                Name = result.GetValue(name) ?? found.Name,
                Profile = result.GetValue(profile),
                Address = result.GetValue(address),
                Labels = result.GetValue(labels) is { Length: > 0 } given
                    ? given.Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1]) : null,
                Status = null,
            };
            if (result.GetValue(print))
            {
                Output.Documents.Write(output, OutputFormat.Yaml, document);
                return ExitCode.Ok;
            }

            var dry = result.GetValue(dryRun);
            try
            {
                await client.PutAsync(ApiPaths.Machines, document.Name, JsonSerializer.Serialize(document, Document.Json), ifMatch: "\"0\"",
                    dry, cancel);
            }
            catch (ApiException e) when (e.Status == HttpStatusCode.PreconditionFailed)
            {
                error.WriteLine(Printable.Of(
                    $"rackboot: machine {document.Name} already exists; choose another name with --as"));
                return ExitCode.Conflict;
            }

            output.WriteLine(Printable.Of(
                $"machine/{document.Name} adopted{(document.Name == found.Name ? "" : $", discovered as {found.Name}")}{(dry ? " (dry "
                    + "run)" : "")}"));
            return ExitCode.Ok;
        });
        return command;
    }
}
