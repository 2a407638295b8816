using System.Net;
using System.Text;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>Executes the plan's steps. A step's change of the memory is on disk before the step begins.</summary>
/// <param name="untrusted">Why a machine must not get its configuration at an address; null if it may.</param>
public sealed class ClusterActions(
    ClusterBook book, Inventory inventory, BootLog boots, IClusterNodes nodes, ClusterConfigurations configurations,
    EtcdSnapshots snapshots, Func<Machine, IPAddress, string?> untrusted, EventLog events, TimeProvider time)
{
    private const string By = "rackbootd";

    /// <summary>Records the machines whose configuration was delivered since the last call, and the removed ones that may return.
    /// </summary>
    public Task<ClusterMemory> LearnAsync(Cluster cluster, ClusterObservation seen) => book.RememberAsync(cluster.Name, memory =>
    {
        var returning = memory.Removed.Where(id => MayReturn(cluster, id)).ToList();
        if (returning.Count > 0)
            memory = memory with { Removed = memory.Removed.Except(returning) };
        return seen.Members
            .Where(m => !memory.Members.ContainsKey(m.Machine) && inventory.Provisioning.Of(m.Machine).ProvisionedFor == cluster.Name)
            .Aggregate(memory, (known, m) => ClusterMemoryChanges.Joined(known, seen, m.Machine, time.GetUtcNow()));
    });

    /// <exception cref="ClusterNodeException">A node did not do its part.</exception>
    public async Task CarryAsync(Cluster cluster, ClusterStep step, ClusterObservation seen, CancellationToken cancel)
    {
        var memory =
            await book.RememberAsync(cluster.Name, m => ClusterMemoryChanges.Before(step, m, seen, time.GetUtcNow())).ConfigureAwait(false);
        await DoAsync(cluster, step, seen, memory, cancel).ConfigureAwait(false);
        await book.RememberAsync(cluster.Name, m => ClusterMemoryChanges.After(step, m, time.GetUtcNow())).ConfigureAwait(false);
    }

    private async Task DoAsync(Cluster cluster, ClusterStep step, ClusterObservation seen, ClusterMemory memory, CancellationToken cancel)
    {
        switch (step)
        {
            // A machine that fetched its configuration meanwhile has already joined.
            case ClusterStep.Arm s when inventory.Fleet[s.Machine] is { } machine
                    && inventory.Provisioning.Of(s.Machine).ProvisionedFor != cluster.Name:
                await inventory.Provisioning.ArmAsync(machine, By, $"it is joining cluster {cluster.Name}").ConfigureAwait(false);
                break;
            case ClusterStep.Configure s when inventory.Fleet[s.Machine] is { } machine:
                if (untrusted(machine, Address(seen, s.Machine)) is { } reason)
                    throw new ClusterNodeException($"{machine.Name} does not get its configuration: {reason}");
                await nodes.ConfigureAsync(cluster, Address(seen, s.Machine), Configuration(cluster, machine), cancel)
                    .ConfigureAwait(false);
                await inventory.Provisioning.DeliveredAsync(machine).ConfigureAwait(false);
                Tell("cluster.configured", machine.Name, $"accepted its configuration for cluster {cluster.Name} in maintenance mode");
                break;
            case ClusterStep.Installed s:
                Tell("cluster.machine.installed", Name(seen, s.Machine), "has Talos on its disk, and boots from disk from now on");
                break;
            case ClusterStep.KeepDisk s when inventory.Fleet[s.Machine] is { } machine:
                await KeepDiskAsync(cluster, machine).ConfigureAwait(false);
                break;
            case ClusterStep.Bootstrap s:
                Tell("cluster.bootstrap", Name(seen, s.Machine), $"bootstraps the etcd of cluster {cluster.Name}");
                await nodes.BootstrapAsync(cluster, Address(seen, s.Machine), cancel).ConfigureAwait(false);
                break;
            case ClusterStep.BootstrapDone s:
                Tell("cluster.bootstrap", Name(seen, s.Machine), $"runs the etcd of cluster {cluster.Name}");
                break;
            case ClusterStep.EmptyEtcd s:
                await nodes.EmptyEtcdAsync(cluster, Address(seen, s.Machine), cancel).ConfigureAwait(false);
                Tell("cluster.restore", Name(seen, s.Machine), "erases its etcd data and restarts, so that a snapshot can be restored");
                break;
            case ClusterStep.Recover s:
                Tell("cluster.restore", Name(seen, s.Machine), $"restores the etcd of cluster {cluster.Name} from {s.From}");
                await nodes.RecoverAsync(cluster, Address(seen, s.Machine), snapshots.PathOf(cluster.Name, s.From), s.SkipHashCheck, cancel)
                    .ConfigureAwait(false);
                break;
            case ClusterStep.RestoreDone s:
                Tell("cluster.restore", Name(seen, s.Machine),
                    $"runs the restored etcd of cluster {cluster.Name}; the other machines join it");
                break;
            case ClusterStep.AdvanceRenewal s:
                await book.RenewAsync(cluster.Name, s.After).ConfigureAwait(false);
                var (target, done) = (memory.Renewal!.Targets[0], memory.Renewal.Done);
                Tell("cluster.renewal", null, $"cluster {cluster.Name}: {SecretsRotation.Steps(target)[done]}");
                break;
            case ClusterStep.RenewalDone:
                Tell("cluster.renewal", null, $"cluster {cluster.Name} uses its new secrets; create new client files: "
                    + $"rackboot cluster talosconfig {cluster.Name}, rackboot cluster kubeconfig {cluster.Name}");
                break;
            case ClusterStep.RemoveEtcdMember s:
                await nodes.RemoveEtcdMemberAsync(cluster, Address(seen, s.Through), s.Member, cancel).ConfigureAwait(false);
                Tell("cluster.machine.leaves", memory.Members.GetValueOrDefault(s.Machine)?.Name,
                    $"was removed from the etcd of cluster {cluster.Name}");
                break;
            case ClusterStep.Reset s:
                await nodes.ResetAsync(cluster, Address(seen, s.Machine), s.Graceful, cancel).ConfigureAwait(false);
                Tell("cluster.machine.leaves", Name(seen, s.Machine), "leaves its cluster and wipes itself");
                break;
            case ClusterStep.ForgetNode s when memory.Members.GetValueOrDefault(s.Machine) is { } member:
                if (memory.Members.Count > 1)
                    await DeleteNodeAsync(cluster, member, cancel).ConfigureAwait(false);
                if (inventory.Fleet[s.Machine] is { } left)
                    await inventory.Provisioning.LeftAsync(left).ConfigureAwait(false);
                Tell("cluster.machine.left", member.Name, $"left cluster {cluster.Name}" + (Matches(cluster, s.Machine)
                    ? $"; its labels still match: to take it back, run rackboot provision {member.Name}"
                    : ""));
                break;
            case ClusterStep.BeginRollout { Kind: RolloutKind.Configuration }:
                Tell("cluster.configured", null, $"rolling out the changed configuration of cluster {cluster.Name}: {Changes(seen)}");
                break;
            case ClusterStep.BeginRollout s:
                Tell("cluster.upgrade", null, $"upgrading cluster {cluster.Name} to {s.Kind} {s.To}");
                break;
            case ClusterStep.UpgradeTalos s:
                Tell("cluster.upgrade", Name(seen, s.Machine), $"is upgrading to Talos {s.Version}");
                await UpgradeAsync(cluster, s, seen, cancel).ConfigureAwait(false);
                break;
            case ClusterStep.UpgradeKubernetes s when inventory.Fleet[s.Machine] is { } machine:
                Tell("cluster.upgrade", machine.Name, $"{s.Component} changes to {s.Version}");
                await nodes.ReconfigureAsync(
                    cluster, Address(seen, s.Machine), running => new SecretText(WithImage(running.Reveal(), s.Component, s.Version)),
                        ApplyMode.NoReboot, cancel)
                    .ConfigureAwait(false);
                break;
            case ClusterStep.SyncManifests s:
                await nodes.SyncManifestsAsync(cluster, Address(seen, s.Through), cancel).ConfigureAwait(false);
                Tell("cluster.upgrade", null,
                    $"CoreDNS, kube-proxy and what else Talos put into cluster {cluster.Name} is as its nodes render it now");
                break;
            case ClusterStep.Reconfigure s when inventory.Fleet[s.Machine] is { } machine:
                await ReconfigureAsync(cluster, machine, s, seen, cancel).ConfigureAwait(false);
                Tell("cluster.configured", machine.Name, $"accepted its changed configuration{Effect(s.Mode)}");
                break;
            case ClusterStep.StopRollout s:
                events.Add("cluster.upgrade", Level.Error, null, null, $"cluster {cluster.Name}: {What(memory)} stopped: {s.Reason}");
                break;
            case ClusterStep.EndRollout { GivenUp: { } release } s:
                Tell("cluster.upgrade", null,
                    $"the upgrade of cluster {cluster.Name} to {s.Kind} {release} is given up: its document has another release");
                break;
            case ClusterStep.EndRollout { Kind: not RolloutKind.Configuration }:
                Tell("cluster.upgrade", null, $"the upgrade of cluster {cluster.Name} is complete");
                break;
            case ClusterStep.Snapshot s:
                await snapshots.TakeAsync(cluster, Address(seen, s.Through), cancel).ConfigureAwait(false);
                break;
        }
    }

    // Leaving disarmed it, so an arm is a newer order. Once its labels no longer match, matching again is a newer order, too.
    private bool MayReturn(Cluster cluster, MachineId machine) =>
        !Matches(cluster, machine) || inventory.Provisioning.Of(machine) is { Arm: not null } or { ProvisionedFor: not null };

    private bool Matches(Cluster cluster, MachineId machine) =>
        inventory.Fleet[machine] is { } found && ClusterMembership.RoleOf(found, cluster) is not null;

    // Talos uses the configuration on its disk and installs nothing (siderolabs/talos
    // internal/app/machined/pkg/controllers/config/acquire.go). A machine that stayed armed would boot from the network again and again.
    private async Task KeepDiskAsync(Cluster cluster, Machine machine)
    {
        await inventory.Provisioning.DisarmAsync(machine, By).ConfigureAwait(false);
        boots.Note(machine, BootStage.Reported, "cluster",
            $"Talos was already on its disk and accepted the configuration; nothing was installed. It boots from disk from now on. "
            + $"To reinstall it, wipe it first: rackboot cluster remove {cluster.Name} {machine.Name}",
            Level.Warning, b => b with { Outcome = BootOutcome.Succeeded });
    }

    // An unreachable cluster must not prevent the removal of a lost machine.
    private async Task DeleteNodeAsync(Cluster cluster, MemberMemory member, CancellationToken cancel)
    {
        try
        {
            await nodes.DeleteNodeAsync(cluster, member.Name, cancel).ConfigureAwait(false);
        }
        catch (ClusterNodeException e) when (member.Removal is { } removal && time.GetUtcNow() - removal.At > ClusterLimits.NodeDeletion)
        {
            events.Add("cluster.machine.left", Level.Warning, member.Name, null,
                $"deleting its Kubernetes node failed: {e.Message}; delete it: kubectl delete node {member.Name}");
        }
    }

    // A permanent refusal stops the upgrade at once, with the node's message.
    private async Task UpgradeAsync(Cluster cluster, ClusterStep.UpgradeTalos step, ClusterObservation seen, CancellationToken cancel)
    {
        try
        {
            await nodes.UpgradeTalosAsync(cluster, Address(seen, step.Machine), configurations.Installer(cluster), cancel)
                .ConfigureAwait(false);
        }
        catch (ClusterNodeException e) when (e.Permanent)
        {
            await StopAsync(cluster, step.Machine, e, seen, cancel).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ReconfigureAsync(Cluster cluster, Machine machine, ClusterStep.Reconfigure step, ClusterObservation seen,
        CancellationToken cancel)
    {
        try
        {
            await nodes.ReconfigureAsync(cluster, Address(seen, step.Machine), Wanted, step.Mode, cancel).ConfigureAwait(false);
        }
        catch (ClusterNodeException e) when (e.Permanent && step.Mode != ApplyMode.Staged)
        {
            await StopAsync(cluster, step.Machine, e, seen, cancel).ConfigureAwait(false);
            throw;
        }

        SecretText Wanted(SecretText running) =>
            new(Encoding.UTF8.GetString(Whole(machine, configurations.ComposeRunning(cluster, machine, running)).Reveal().Span));
    }

    private Task StopAsync(Cluster cluster, MachineId machine, ClusterNodeException e, ClusterObservation seen, CancellationToken cancel) =>
        CarryAsync(cluster, new ClusterStep.StopRollout($"{Name(seen, machine)} refused: {e.Message}"), seen, cancel);

    private static string Effect(ApplyMode mode) => mode switch
    {
        ApplyMode.NoReboot => " without a restart",
        ApplyMode.Staged => "; it takes effect at the next restart",
        _ => " and restarts to apply it",
    };

    private static string Changes(ClusterObservation seen)
    {
        var (live, restart) = (Names(ConfigurationState.Differs), Names(ConfigurationState.NeedsRestart));
        return live.Length == 0 ? $"{restart} with a restart"
            : restart.Length == 0 ? $"{live} without a restart"
            : $"{live} without a restart; {restart} with a restart";

        string Names(ConfigurationState state) => string.Join(", ", seen.Members.Where(m => m.Configuration == state).Select(m => m.Name));
    }

    private static string What(ClusterMemory memory) => memory.Rollout is { } rollout ? ClusterWords.Of(rollout) : "the upgrade";

    private static string WithImage(string configuration, KubernetesComponent component, string version) =>
        KubernetesImages.TryChange(configuration, component, version, out var changed, out var error)
            ? changed
            : throw new ClusterNodeException(error!, permanent: true);

    private Secret Configuration(Cluster cluster, Machine machine) => Whole(machine, configurations.Compose(cluster, machine));

    private static Secret Whole(Machine machine, ComposedConfiguration composed) =>
        composed.Configuration ?? throw new ClusterNodeException(
            $"the configuration of {machine.Name} has errors: {string.Join("; ", composed.Mistakes)}; correct the patches and apply "
                + "the cluster again", permanent: true);

    private void Tell(string kind, string? machine, string text) => events.Add(kind, Level.Info, machine, null, text);

    private static string Name(ClusterObservation seen, MachineId machine) => seen.Members.First(m => m.Machine == machine).Name;

    private static IPAddress Address(ClusterObservation seen, MachineId machine) =>
        seen.Members.FirstOrDefault(m => m.Machine == machine)?.Address
        ?? throw new ClusterNodeException("the machine has no address; it gets one when it boots");
}
