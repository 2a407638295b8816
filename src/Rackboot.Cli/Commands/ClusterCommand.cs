using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot cluster</c>: Talos clusters.</summary>
public static class ClusterCommand
{
    public static Command Create(Session session) =>
        new("cluster",
            """
            Talos clusters: status, credentials and repair. rackboot apply creates a cluster from a Cluster
            document.

            Examples:
              rackboot cluster status prod --watch
              rackboot cluster kubeconfig prod > ~/.kube/config
              rackboot cluster talosconfig prod --role reader --lifetime 12h
              rackboot cluster remove prod node-05
            """)
        {
            GetCommand.List(session, "clusters"),
            Status(session),
            Access(session, ClusterAccessKind.Kubeconfig, "kubeconfig",
                "Create and print a kubeconfig for a cluster administrator. It contains a private key."),
            Access(session, ClusterAccessKind.Talosconfig, "talosconfig",
                "Create and print a talosconfig for talosctl. It contains a private key."),
            Access(session, ClusterAccessKind.Secrets, "secrets",
                "Print the cluster's secrets as secrets.yaml for talosctl. This file gives full control of the cluster."),
            Remove(session),
            Upgrade(session),
            Bootstrap(session),
            ClusterRestore.Snapshots(session),
            ClusterRestore.Create(session),
            ClusterRotation.Create(session),
        };

    private static Command Status(Session session)
    {
        var name = Name(session);
        var watch = new Option<bool>("--watch", "-w")
        {
            Description = "Follow the cluster until it is ready: on a terminal a live table, otherwise a line for each change,"
                + " with -o json a line for each state.",
        };
        var format = GetCommand.Format();
        var command = new Command("status",
            """
            Show the cluster's machines and what each is waiting for.

            Examples:
              rackboot cluster status prod
              rackboot cluster status prod --watch
              rackboot cluster status prod --watch -o json | jq -c .status.phase
            """) { name, watch, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var (cluster, form, console) = (result.GetValue(name)!, result.GetValue(format), result.InvocationConfiguration);
            if (result.GetValue(watch))
                await new ClusterFollow(client, cluster, console).RunAsync(form, cancel);
            else if (form is OutputFormat.Json or OutputFormat.Yaml)
                Output.Documents.Write(console.Output, form, (await client.GetClusterAsync(cluster, cancel)).Value);
            else
                ClusterTables.Write(console.Output, (await client.GetClusterAsync(cluster, cancel)).Value);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Access(Session session, ClusterAccessKind kind, string word, string description)
    {
        var name = Name(session);
        var role = new Option<string?>("--role")
        {
            Description = "The role: admin (default), operator, reader or etcd-backup.",
            HelpName = "ROLE",
        };
        var lifetime = new Option<string?>("--lifetime")
        {
            Description = "How long it is valid, like 12h. Default: one year.",
            HelpName = "TIME",
        };
        var command = new Command(word, $"{description}\n\nExample:\n  rackboot cluster {word} prod") { name };
        if (kind == ClusterAccessKind.Talosconfig)
            command.Add(role);
        if (kind != ClusterAccessKind.Secrets)
            command.Add(lifetime);
        session.Run(command, async (result, client, cancel) =>
        {
            var order = new ClusterAccessOrder
            {
                Kind = kind,
                Role = kind == ClusterAccessKind.Talosconfig ? result.GetValue(role) : null,
                Lifetime = kind == ClusterAccessKind.Secrets ? null : result.GetValue(lifetime),
            };
            var file = await client.GetClusterAccessAsync(result.GetValue(name)!, order, cancel);
            result.InvocationConfiguration.Output.Write(file.Content);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove(Session session)
    {
        var name = Name(session);
        var machine = Target.Machine(session, "The machine to remove.");
        var lost = new Option<bool>("--lost")
        {
            Description = "The machine is gone for good: remove it from etcd and Kubernetes without contacting it. Does not wipe its disk.",
        };
        var yes = Confirmation.Yes();
        var command = new Command("remove",
            """
            Remove a machine from its cluster: it drains, leaves etcd, wipes its system disk and restarts. Data disks are kept.
            A control-plane machine can leave only while the others form a majority without it.
            It stays out of the cluster, though its labels still match; rackboot provision NAME takes it back.

            Examples:
              rackboot cluster remove prod node-05
              rackboot cluster remove prod node-03 --lost
            """) { name, machine, lost, yes };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var (cluster, leaving) = (result.GetValue(name)!, result.GetValue(machine)!);
            var question = result.GetValue(lost) ? $"Remove {leaving} from {cluster} as lost?"
                : $"Wipe {leaving} and remove it from {cluster}?";
            if (!result.GetValue(yes) && !Confirmation.Asks(console, question, out var refusal))
                return refusal;
            await client.RemoveFromClusterAsync(cluster, leaving, new ClusterRemoval(result.GetValue(lost)), cancel);
            console.Output.WriteLine($"{leaving} is leaving {cluster}; follow it with: rackboot cluster status {cluster} --watch");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Upgrade(Session session)
    {
        var name = Name(session);
        var resume = new Option<bool>("--resume") { Description = "Resume a stopped upgrade." };
        var stop = new Option<bool>("--stop") { Description = "Stop the upgrade before the next machine." };
        var command = new Command("upgrade",
            """
            Resume or stop an upgrade. To start one, apply the cluster with another version of Talos or Kubernetes.

            Examples:
              rackboot cluster upgrade prod --resume
              rackboot cluster upgrade prod --stop
            """) { name, resume, stop };
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) == result.GetValue(stop))
                result.AddError("give either --resume or --stop; to start an upgrade, change the cluster with: rackboot apply");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            await client.UpgradeClusterAsync(
                result.GetValue(name)!, result.GetValue(resume) ? ClusterUpgradeAction.Resume : ClusterUpgradeAction.Stop, cancel);
            result.InvocationConfiguration.Output.WriteLine(
                $"cluster/{result.GetValue(name)} {(result.GetValue(resume) ? "upgrade resumed" : "upgrade stopped")}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Bootstrap(Session session)
    {
        var name = Name(session);
        var instead = new Option<string>("--instead-of")
        {
            Description = "The machine chosen to bootstrap etcd, which is gone for good.",
            HelpName = "MACHINE",
            Required = true,
        };
        var yes = Confirmation.Yes();
        var command = new Command("bootstrap",
            """
            Have another machine bootstrap etcd. The daemon bootstraps a cluster itself, exactly once. Use this only if the chosen
            machine is gone and never ran etcd. If it did run etcd, this creates a second cluster.

            Example:
              rackboot cluster bootstrap prod --instead-of node-01
            """) { name, instead, yes };
        session.Run(command, async (result, client, cancel) =>
        {
            var question = $"Make another etcd for {result.GetValue(name)}? If {result.GetValue(instead)} ever ran etcd, there will be "
                + $"two clusters.";
            if (!result.GetValue(yes) && !Confirmation.Asks(result.InvocationConfiguration, question, out var refusal))
                return refusal;
            await client.BootstrapClusterAsync(result.GetValue(name)!, result.GetValue(instead)!, cancel);
            result.InvocationConfiguration.Output.WriteLine($"cluster/{result.GetValue(name)} another machine will be told");
            return ExitCode.Ok;
        });
        return command;
    }

    internal static Argument<string> Name(Session session)
    {
        var name = new Argument<string>("cluster") { Description = "Which cluster." };
        name.CompletionSources.Add(context => session.Complete(context, Resource.Named("clusters")!));
        return name;
    }
}
