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
            Description = "The tokens with which machines join. Machines restart one by one where Talos requires it.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "List the steps; change nothing." };
        var yes = Confirmation.Yes();
        var command = new Command("rotate-ca",
            """
            Rotate the CAs of a running cluster without an outage: every machine accepts the new CA, then the new CA signs, then the old
            CA is removed. A step starts when every machine has completed the step before and is ready. A daemon restart loses nothing.
            The last step invalidates existing talosconfig and kubeconfig files; create new ones with rackboot cluster talosconfig and
            kubeconfig. Without --talos, --kubernetes or --tokens this rotates both CAs.

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
                    console, $"Rotate secrets of {cluster}? Existing talosconfig and kubeconfig files will stop working.", out var refusal))
                return refusal;
            var order = new ClusterRenewalOrder { Targets = targets.Count > 0 ? targets : null, DryRun = dry };
            var renewal = await client.RenewClusterAsync(cluster, order, cancel);
            foreach (var (step, number) in renewal.Steps.Select((s, i) => (s, i + 1)))
                console.Output.WriteLine(Printable.Of($"{number}. {step}"));
            if (!dry)
                console.Output.WriteLine($"cluster/{cluster} rotation started; follow it with: rackboot cluster status {cluster} --watch");
            return ExitCode.Ok;
        });
        return command;
    }
}
