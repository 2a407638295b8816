using System.CommandLine;
using Rackboot.Cli.Output;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot status</c>.</summary>
public static class StatusCommand
{
    public static Command Create(Session session)
    {
        var format = GetCommand.Format();
        var command = new Command(
            "status",
            "Show the daemon's version, served addresses, problems and counters.\n\n"
            + "Example:\n  rackboot status -o json") { format };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var status = await client.GetStatusAsync(cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
            {
                Output.Documents.Write(output, f, status);
                return ExitCode.Ok;
            }

            output.WriteLine($"rackbootd {status.Version}, up {Columns.Age(status.Started)}, ready after {status.ReadySeconds:0.00} s");
            foreach (var on in status.Interfaces)
                output.WriteLine(Printable.Of(
                    $"serves {on.Name}: {(on.Addresses is [] ? "nothing: no IPv4 address" : string.Join(", ", on.Addresses))}"));
            foreach (var problem in status.Problems)
                output.WriteLine(Printable.Of($"problem: {problem}"));
            var columns = new Columns("counter", "count");
            foreach (var (name, count) in status.Counters)
                columns.Add(name, $"{count:N0}");
            columns.Write(output);
            return ExitCode.Ok;
        });
        return command;
    }
}
