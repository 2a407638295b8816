using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot provision</c>: asks for machines to be provisioned.</summary>
public static class ProvisionCommand
{
    public static Command Create(Session session)
    {
        var selection = new MachineSelection(session);
        var cancelling = new Option<bool>("--cancel") { Description = "Disarm the machines: their next boot gets no configuration." };
        var format = GetCommand.Format();
        var command = new Command("provision",
            """
            Arm machines: each gets its machine configuration at its next boot from the network, once, within boot.armFor (an hour). A
            machine that is described the first time is armed by that, and one that is started with rackboot power --boot network by that.
            No other boot gets a configuration: it goes on to the disk.

            Examples:
              rackboot provision node-01
              rackboot provision -l rack=r1
              rackboot provision node-01 --cancel
            """) { cancelling, format };
        selection.AddTo(command);
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var results = await client.ProvisionAsync(new ProvisionOrder
            {
                Machines = result.GetValue(selection.Names) is { Length: > 0 } given ? given : null,
                Selector = result.GetValue(selection.Selector),
                All = result.GetValue(selection.All) ? true : null,
                Cancel = result.GetValue(cancelling) ? true : null,
            }, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
                Output.Documents.Write(output, f, new ItemList<ProvisionResult>(results));
            else
                foreach (var one in results)
                    output.WriteLine(Printable.Of($"machine/{one.Machine} {one.Text}"));
            return ExitCode.Ok;
        });
        return command;
    }
}
