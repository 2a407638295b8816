using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot describe</c>, <c>explain</c> and <c>boot show</c>: one thing, for a person to read.</summary>
public static class DescribeCommand
{
    public static Command Create(Session session)
    {
        var name = MachineArgument(session);
        var machine = new Command("machine", "A machine, with the timeline of its last boot.\n\nExample:\n  rackboot describe machine node-01") { name };
        session.Run(machine, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var document = (await client.GetMachineAsync(result.GetValue(name)!, cancel)).Value;
            Output.Documents.Write(output, OutputFormat.Yaml, document);
            if (document.Status?.LastBoot is { } boot)
            {
                output.WriteLine();
                Tables.WriteTimeline(output, await client.GetBootAsync(boot, cancel));
            }

            return ExitCode.Ok;
        });
        var profileName = new Argument<string>("name") { Description = "Name of the profile." };
        var profile = new Command("profile", "A profile, and the machines that use it.\n\nExample:\n  rackboot describe profile default") { profileName };
        session.Run(profile, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var document = (await client.GetProfileAsync(result.GetValue(profileName)!, cancel)).Value;
            Output.Documents.Write(output, OutputFormat.Yaml, document);
            output.WriteLine($"\nused by: {string.Join(", ", (await client.GetMachinesAsync(cancel)).Where(m => m.Profile == document.Name).Select(m => m.Name).DefaultIfEmpty("no machine"))}");
            return ExitCode.Ok;
        });
        return new Command("describe", "Show one thing in full, for a person to read.\n\nExample:\n  rackboot describe machine node-01") { machine, profile, Boot(session, "boot") };
    }

    public static Command Boot(Session session, string commandName)
    {
        var id = new Argument<string>("id") { Description = "The boot's id, as rackboot boot list shows it." };
        id.CompletionSources.Add(context => session.Complete(context, Resource.Named("boots")!));
        var format = GetCommand.Format();
        var command = new Command(commandName, $"A boot with its timeline.\n\nExample:\n  rackboot {(commandName == "show" ? "boot show" : "describe boot")} 019f…") { id, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var boot = await client.GetBootAsync(result.GetValue(id)!, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
                Output.Documents.Write(result.InvocationConfiguration.Output, f, boot);
            else
                Tables.WriteTimeline(result.InvocationConfiguration.Output, boot);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Explain(Session session)
    {
        var name = MachineArgument(session);
        name.Description = "Name, MAC address or IP address of the machine.";
        var format = GetCommand.Format();
        var command = new Command("explain",
            "Say in plain words where a machine's boot stands, or why it stopped and what to do. A MAC or IP address works too, also of what is no machine yet."
            + "\n\nExamples:\n  rackboot explain node-01\n  rackboot explain 52:54:00:00:01:04") { name, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var explanation = await client.ExplainAsync(result.GetValue(name)!, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
            {
                Output.Documents.Write(output, f, explanation);
                return ExitCode.Ok;
            }

            ExplanationView.Write(output, explanation);
            return ExitCode.Ok;
        });
        return command;
    }

    internal static Argument<string> MachineArgument(Session session)
    {
        var name = new Argument<string>("machine") { Description = "Name of the machine." };
        name.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        return name;
    }
}
