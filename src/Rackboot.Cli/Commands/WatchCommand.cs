using System.CommandLine;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot watch</c>: events as they happen.</summary>
public static class WatchCommand
{
    public static Command Create(Session session)
    {
        var machine = new Argument<string?>("machine") { Description = "Only this machine's.", Arity = ArgumentArity.ZeroOrOne };
        machine.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        var all = new Option<bool>("--all") { Description = "Begin with the events that are kept." };
        var format = GetCommand.Format();
        var command = new Command("watch",
            """
            Show events as they happen, until Ctrl-C. Goes on where it was when the daemon is restarted.

            Examples:
              rackboot watch
              rackboot watch node-01 --all
              rackboot watch -o json | jq 'select(.level == "error")'
            """) { machine, all, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var (name, output) = (result.GetValue(machine), result.InvocationConfiguration.Output);
            long? after = result.GetValue(all) ? 0 : null;
            var (connected, told) = (false, false);
            while (true)
            {
                try
                {
                    // A daemon that was never there is a mistake; one that went away comes back.
                    if (!connected)
                        await client.GetStatusAsync(cancel);
                    connected = true;
                    await foreach (var e in client.WatchAsync(after, cancel))
                    {
                        (after, told) = (e.Id, false);
                        if (name is not null && e.Machine != name)
                            continue;
                        if (result.GetValue(format) == OutputFormat.Json)
                            output.WriteLine(JsonSerializer.Serialize(e, Document.Json));
                        else
                            Tables.Write(output, e);
                    }
                }
                catch (Exception e) when (connected && e is IOException or HttpRequestException)
                {
                    // It ended in the middle of an answer, or is not back yet.
                }

                if (!told)
                    result.InvocationConfiguration.Error.WriteLine("rackboot: the daemon went away; waiting for it");
                told = true;
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }
        });
        return command;
    }
}
