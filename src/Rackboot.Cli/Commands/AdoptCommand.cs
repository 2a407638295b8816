using System.CommandLine;
using System.Net;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot adopt</c>: a machine that was only discovered becomes a described one.</summary>
public static class AdoptCommand
{
    public static Command Create(Session session)
    {
        var machine = Target.Machine(session, "The discovered machine, as rackboot get machines --state discovered shows it.");
        var name = new Option<string?>("--as") { Description = "Its name from now on. Without it the one that it has.", HelpName = "NAME" };
        var profile = new Option<string?>("--profile")
        {
            Description = "What it boots from the network. Without it, nothing.",
            HelpName = "PROFILE",
        };
        profile.CompletionSources.Add(context => session.Complete(context, Resource.Named("profiles")!));
        var address = new Option<string?>("--address") { Description = "The IPv4 address to reserve for it.", HelpName = "ADDRESS" };
        var labels = new Option<string[]>("--label") { Description = "A label; may be given several times.", HelpName = "KEY=VALUE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check the document and change nothing." };
        var print = new Option<bool>("--print")
        {
            Description = "Print the document instead of applying it, to be completed and applied with rackboot apply.",
        };
        var command = new Command("adopt",
            """
            Describe a machine that was only discovered: the cards and the UUID that it showed become its document. Its boots and its
            address stay with it.

            Examples:
              rackboot get machines --state discovered -o wide
              rackboot adopt discovered-525400000104 --as node-04 --profile default --label rack=r1
              rackboot adopt discovered-525400000104 --as node-04 --print > node-04.yaml
            """) { machine, name, profile, address, labels, dryRun, print };
        command.Validators.Add(result =>
        {
            if (result.GetValue(labels)?.FirstOrDefault(l => l.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                result.AddError($"--label is like rack=r1; \"{wrong}\" is not");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var found = (await client.GetMachineAsync(result.GetValue(machine)!, cancel)).Value;
            if (found.Status?.State != MachineState.Discovered)
            {
                error.WriteLine(Printable.Of(
                    $"rackboot: {found.Name} is described already; change it with: rackboot edit machine/{found.Name}"));
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
                    $"rackboot: there is a machine {document.Name} already; give this one another name with --as"));
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
