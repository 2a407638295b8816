using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot provision</c>: arms machines to be provisioned.</summary>
public static class ProvisionCommand
{
    public static Command Create(Session session)
    {
        var selection = new MachineSelection(session);
        var cancelling = new Option<bool>("--cancel") { Description = "Disarm the machines: the next boot gets no configuration." };
        var format = GetCommand.Format();
        var command = new Command("provision",
            """
            Arm machines: each gets its machine configuration once, at its next boot from the network within boot.armFor (an hour).
            Describing a machine for the first time arms it, and so does starting it with rackboot power --boot network. Any
            other boot gets no configuration and continues from disk.

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
