using System.CommandLine;
using Rackboot.Cli.Doctor;
using Rackboot.Cli.Output;
using Rackboot.Cli.Setup;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot doctor</c>.</summary>
public static class DoctorCommand
{
    public static Command Create(Session session)
    {
        var configuration = new Option<string>("--config", "-c")
        {
            Description = "The daemon's configuration.", DefaultValueFactory = _ => SetupOptions.DefaultConfiguration, HelpName = "FILE",
        };
        var format = GetCommand.Format();
        var command = new Command("doctor",
            """
            Look at this appliance and say what to do: configuration, interfaces, ports, other DHCP servers, the clock, the disk's room and
            speed, certificates, iPXE, permissions, and the daemon's own health. Run it as root on the appliance; the daemon need not run.
            It takes six seconds.

            Exit codes: 0 all is well, 6 only warnings, 1 something is wrong.

            Examples:
              rackboot doctor
              rackboot doctor -o json
            """) { configuration, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var report = await DoctorRun.LookAsync(client, result.GetValue(configuration)!, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
                Documents.Write(output, f, report);
            else
                foreach (var check in report.Checks.OrderByDescending(c => c.Level))
                {
                    output.WriteLine(Printable.Of($"{check.Level.ToString().ToLowerInvariant(),-8} {check.Name}: {check.Text}"));
                    if (check.Remedy is { } remedy)
                        output.WriteLine(Printable.Of($"         -> {remedy}"));
                }

            return DoctorRun.Exit(report);
        });
        return command;
    }
}
