using System.CommandLine;
using System.Net;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Cli.Terminal;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot watch</c>: events as they happen.</summary>
public static class WatchCommand
{
    public static Command Create(Session session)
    {
        var machine = new Argument<string?>("machine")
        {
            Description = "Only this machine's events.",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => result.Tokens is [var word] ? Target.MachineName(result, word.Value) : null,
        };
        machine.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        var all = new Option<bool>("--all") { Description = "Start with the stored events." };
        var format = GetCommand.Format();
        var command = new Command("watch",
            """
            Show events as they happen, until Ctrl-C. After a daemon restart it continues where it stopped.

            Examples:
              rackboot watch
              rackboot watch node-01 --all
              rackboot watch -o json | jq 'select(.level == "error")'
            """) { machine, all, format };
        session.Run(command, (result, client, cancel) => OpenPipe.FollowAsync(async stop =>
        {
            var (name, output) = (result.GetValue(machine), result.InvocationConfiguration.Output);
            long? after = result.GetValue(all) ? 0 : null;
            try
            {
                if (name is not null)
                    await client.GetMachineAsync(name, stop);
            }
            catch (ApiException e) when (after is not null && e.Status == HttpStatusCode.NotFound)
            {
                // A deleted machine still has past events.
                result.InvocationConfiguration.Error.WriteLine(
                    $"rackboot: there is no machine {Printable.Of(name!)} now; showing its past events");
            }

            await foreach (var e in EventFollower.FollowAsync(client, after, result.InvocationConfiguration.Error, stop))
                if (name is not null && e.Machine != name)
                    continue;
                else if (result.GetValue(format) == OutputFormat.Json)
                    output.WriteLine(JsonSerializer.Serialize(e, Document.Json));
                else
                    Tables.Write(output, e);
            return ExitCode.Ok;
        }, cancel));
        return command;
    }
}
