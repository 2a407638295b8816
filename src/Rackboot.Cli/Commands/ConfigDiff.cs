using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot config diff</c>.</summary>
internal static class ConfigDiff
{
    // As diff(1): 1 means a difference, so an error is more than 1.
    private const int Differs = 1;

    public static Command Create(Session session)
    {
        var machine = new Argument<string>("machine") { Description = "A machine of a cluster." };
        machine.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        var command = new Command("diff",
            """
            Compare a machine's running configuration, read over its Talos API, with the configuration from its cluster. - marks what
            runs, + what the cluster wants. Secrets appear as ***, secrets that differ as "*** (another)". Kubernetes versions are
            omitted: only upgrades change them.
            The exit code is 0 if both are equal, 1 if they differ, and higher if they could not be compared.

            Example:
              rackboot config diff node-01
            """) { machine };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            try
            {
                var answer = await client.GetConfigurationDiffAsync(result.GetValue(machine)!, cancel);
                foreach (var line in answer.Diff.Split('\n').SkipLast(1))
                    console.Output.WriteLine(Printable.Of(line));
                if (answer.Differs)
                    console.Error.WriteLine(answer.Restart ? $"{answer.Machine} must restart to apply this"
                        : $"{answer.Machine} can apply this without a restart");
                return answer.Differs ? Differs : ExitCode.Ok;
            }
            catch (ApiException e)
            {
                return Math.Max(ExitCode.Usage, Session.Refused(e, console.Error));
            }
        });
        return command;
    }
}
