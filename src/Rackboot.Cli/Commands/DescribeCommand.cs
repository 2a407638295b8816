using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot describe</c>, <c>explain</c> and <c>boot show</c>: one thing, for a person to read.</summary>
public static class DescribeCommand
{
    public static Command Create(Session session)
    {
        string[] kinds = ["machines", "profiles", "clusters", "boots"];
        var kind = new Argument<string>("kind") { Description = "machine, profile, cluster or boot; or KIND/NAME." };
        kind.CompletionSources.Add(context => Target.Complete(session, context, Resource.All.Where(r => kinds.Contains(r.Plural))));
        var names = new Argument<string[]>("name") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(
            context => context.ParseResult.GetResult(kind)?.Tokens is [var word] && Resource.Named(word.Value) is { } resource
            ? session.Complete(context, resource) : []);
        var format = GetCommand.Format();
        var command = new Command("describe",
            """
            Show one thing in full, for people to read: a machine with the timeline of its last boot, a profile with the machines
            that use it.

            Examples:
              rackboot describe machine node-01
              rackboot describe machine/node-01
              rackboot describe boot 019f…
            """) { kind, names, format };
        command.Validators.Add(result =>
        {
            if (!Target.TryRead(result.GetValue(kind), result.GetValue(names)!, out var targets, out var mistake))
                result.AddError(mistake);
            else if (targets.FirstOrDefault(t => !kinds.Contains(t.Resource.Plural)) is { } other)
                result.AddError($"{other.Resource.Plural} cannot be described; use: rackboot get {other.Resource.Plural} -o yaml");
            else if (targets.Any(t => t.Names.Count == 0))
                result.AddError($"missing name of the {targets[0].Resource.Aliases[0]}");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            _ = Target.TryRead(result.GetValue(kind), result.GetValue(names)!, out var targets, out _);
            return await Session.ForEachAsync(
                targets.SelectMany(t => t.Names.Select(n => (t.Resource.Plural, Name: n))), result.InvocationConfiguration.Error,
                thing => thing.Plural switch
                {
                    "machines" => MachineAsync(client, thing.Name, output, cancel),
                    "profiles" => ProfileAsync(client, thing.Name, output, cancel),
                    "clusters" => ClusterAsync(client, thing.Name, output, cancel),
                    _ => BootAsync(client, thing.Name, result.GetValue(format), output, cancel),
                });
        });
        return command;
    }

    private static async Task MachineAsync(RackbootClient client, string name, TextWriter output, CancellationToken cancel)
    {
        var document = (await client.GetMachineAsync(name, cancel)).Value;
        Output.Documents.Write(output, OutputFormat.Yaml, document);
        if (document.Status?.LastBoot is not { } boot)
            return;
        output.WriteLine();
        Tables.WriteTimeline(output, await client.GetBootAsync(boot, cancel));
    }

    private static async Task ProfileAsync(RackbootClient client, string name, TextWriter output, CancellationToken cancel)
    {
        var document = (await client.GetProfileAsync(name, cancel)).Value;
        Output.Documents.Write(output, OutputFormat.Yaml, document);
        var users = (await client.GetMachinesAsync(cancel)).Where(m => m.Profile == document.Name).Select(m => m.Name).ToList();
        output.WriteLine($"\nused by: {(users.Count == 0 ? "no machine" : string.Join(", ", users))}");
    }

    private static async Task ClusterAsync(RackbootClient client, string name, TextWriter output, CancellationToken cancel)
    {
        var cluster = (await client.GetClusterAsync(name, cancel)).Value;
        Output.Documents.Write(output, OutputFormat.Yaml, cluster with { Status = null });
        output.WriteLine();
        ClusterTables.Write(output, cluster);
    }

    private static async Task BootAsync(RackbootClient client, string id, OutputFormat format, TextWriter output, CancellationToken cancel)
    {
        var boot = await client.GetBootAsync(id, cancel);
        if (format is OutputFormat.Json or OutputFormat.Yaml)
            Output.Documents.Write(output, format, boot);
        else
            Tables.WriteTimeline(output, boot);
    }

    /// <summary><c>rackboot boot show</c>.</summary>
    public static Command Boot(Session session)
    {
        var id = new Argument<string>("id") { Description = "The boot's id, or its first characters, as rackboot boot list shows them." };
        id.CompletionSources.Add(context => session.Complete(context, Resource.Named("boots")!));
        var format = GetCommand.Format();
        var command = new Command("show", "Show a boot with its timeline.\n\nExample:\n  rackboot boot show 019f…") { id, format };
        session.Run(command, async (result, client, cancel) =>
        {
            await BootAsync(client, result.GetValue(id)!, result.GetValue(format), result.InvocationConfiguration.Output, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Explain(Session session)
    {
        var name = Target.Machine(session, "The machine's name, or a MAC or IP address.");
        var format = GetCommand.Format();
        var command = new Command("explain",
            "Explain a machine's boot: where it stands, or why it stopped and what to do. "
            + "Takes a MAC or IP address too, even of an unknown device.\n\n"
            + "Examples:\n  rackboot explain node-01\n  rackboot explain 52:54:00:00:01:04\n\n"
            + "For the fields of documents, as in kubectl explain: rackboot fields machine") { name, format };
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
}
