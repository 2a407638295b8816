using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot cluster rotate-ca</c>.</summary>
internal static class ClusterRotation
{
    public static Command Create(Session session)
    {
        var name = ClusterCommand.Name(session);
        var talos = new Option<bool>("--talos") { Description = "The CA of the Talos API." };
        var kubernetes = new Option<bool>("--kubernetes") { Description = "The CA of Kubernetes." };
        var tokens = new Option<bool>("--tokens")
        {
            Description = "The tokens that let machines join. Machines restart for them, one by one, where Talos needs that.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say which steps there are." };
        var yes = Confirmation.Yes();
        var command = new Command("rotate-ca",
            """
            Exchange the CAs of a running cluster without an outage: every machine accepts the new CA, then the new one signs, then the old
            one goes. A step begins when every machine runs the one before and is ready; a restart of the daemon loses nothing. Files made
            before to log in end with the last step: make new ones with rackboot cluster talosconfig and kubeconfig. Without --talos,
            --kubernetes or --tokens it exchanges both CAs.

            Examples:
              rackboot cluster rotate-ca prod --dry-run
              rackboot cluster rotate-ca prod
              rackboot cluster rotate-ca prod --tokens
            """) { name, talos, kubernetes, tokens, dryRun, yes };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var cluster = result.GetValue(name)!;
            var choices = new (Option<bool> Option, ClusterRenewalTarget Target)[]
            {
                (talos, ClusterRenewalTarget.Talos), (kubernetes, ClusterRenewalTarget.Kubernetes), (tokens, ClusterRenewalTarget.Tokens),
            };
            var targets = choices.Where(c => result.GetValue(c.Option)).Select(c => c.Target).ToList();
            var dry = result.GetValue(dryRun);
            if (!dry && !result.GetValue(yes)
                && !Confirmation.Asks(
                    console, $"Exchange secrets of {cluster}? Files made before to log in to it will end.", out var refusal))
                return refusal;
            var order = new ClusterRenewalOrder { Targets = targets.Count > 0 ? targets : null, DryRun = dry };
            var renewal = await client.RenewClusterAsync(cluster, order, cancel);
            foreach (var (step, number) in renewal.Steps.Select((s, i) => (s, i + 1)))
                console.Output.WriteLine(Printable.Of($"{number}. {step}"));
            if (!dry)
                console.Output.WriteLine($"cluster/{cluster} begins; follow it with: rackboot cluster status {cluster} --watch");
            return ExitCode.Ok;
        });
        return command;
    }
}
