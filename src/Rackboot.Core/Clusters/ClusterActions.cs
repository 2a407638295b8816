using System.Net;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>Carries out what the plan says. What a step changes about what must be remembered is on disk before the step begins.</summary>
/// <param name="untrusted">Why a machine must not be given its configuration at an address; null if it may.</param>
public sealed class ClusterActions(
    ClusterBook book, Inventory inventory, IClusterNodes nodes, ClusterConfigurations configurations, EtcdSnapshots snapshots,
    Func<Machine, IPAddress, string?> untrusted, EventLog events, TimeProvider time)
{
    private const string By = "rackbootd";

    private static readonly TimeSpan GiveUpOnKubernetes = TimeSpan.FromMinutes(5);

    /// <summary>Remembers the machines whose configuration left the appliance since it was last asked.</summary>
    public Task<ClusterMemory> LearnAsync(Cluster cluster, ClusterObservation seen) => book.RememberAsync(cluster.Name, memory =>
        seen.Members
            .Where(m => !memory.Members.ContainsKey(m.Machine) && inventory.Provisioning.Of(m.Machine).ProvisionedFor == cluster.Name)
            .Aggregate(memory, (known, m) => ClusterMemoryChanges.Joined(known, seen, m.Machine, time.GetUtcNow())));

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
            case ClusterStep.Arm s when inventory.Fleet[s.Machine] is { } machine:
                await inventory.Provisioning.ArmAsync(machine, By, $"it joins cluster {cluster.Name}").ConfigureAwait(false);
                break;
            case ClusterStep.Configure s when inventory.Fleet[s.Machine] is { } machine:
                if (untrusted(machine, Address(seen, s.Machine)) is { } reason)
                    throw new ClusterNodeException($"{machine.Name} is not given its configuration: {reason}");
                await nodes.ConfigureAsync(cluster, Address(seen, s.Machine), Configuration(cluster, machine), cancel)
                    .ConfigureAwait(false);
                await inventory.Provisioning.DeliveredAsync(machine).ConfigureAwait(false);
                Tell("cluster.configured", machine.Name, $"took its configuration for cluster {cluster.Name} in maintenance mode");
                break;
            case ClusterStep.Bootstrap s:
                Tell("cluster.bootstrap", Name(seen, s.Machine), $"bootstraps the etcd of cluster {cluster.Name}");
                await nodes.BootstrapAsync(cluster, Address(seen, s.Machine), cancel).ConfigureAwait(false);
                break;
            case ClusterStep.BootstrapDone s:
                Tell("cluster.bootstrap", Name(seen, s.Machine), $"runs the etcd of cluster {cluster.Name}");
                break;
            case ClusterStep.RemoveEtcdMember s:
                await nodes.RemoveEtcdMemberAsync(cluster, Address(seen, s.Through), s.Member, cancel).ConfigureAwait(false);
                Tell("cluster.machine.leaves", memory.Members.GetValueOrDefault(s.Machine)?.Name,
                    $"was taken out of the etcd of cluster {cluster.Name}");
                break;
            case ClusterStep.Reset s:
                await nodes.ResetAsync(cluster, Address(seen, s.Machine), cancel).ConfigureAwait(false);
                Tell("cluster.machine.leaves", Name(seen, s.Machine), "leaves its cluster and wipes itself");
                break;
            case ClusterStep.ForgetNode s when memory.Members.GetValueOrDefault(s.Machine) is { } member:
                await DeleteNodeAsync(cluster, member, cancel).ConfigureAwait(false);
                Tell("cluster.machine.left", member.Name, $"left cluster {cluster.Name}");
                break;
            case ClusterStep.BeginRollout s:
                Tell("cluster.upgrade", null, $"cluster {cluster.Name} is upgraded to {s.Kind} {s.To}");
                break;
            case ClusterStep.UpgradeTalos s:
                Tell("cluster.upgrade", Name(seen, s.Machine), $"upgrades to Talos {s.Version}");
                await UpgradeAsync(cluster, s, seen, cancel).ConfigureAwait(false);
                break;
            case ClusterStep.UpgradeKubernetes s when inventory.Fleet[s.Machine] is { } machine:
                Tell("cluster.upgrade", machine.Name, $"{s.Component} becomes {s.Version}");
                await nodes.ReconfigureAsync(cluster, Address(seen, s.Machine), text => WithImage(text, s.Component, s.Version), cancel)
                    .ConfigureAwait(false);
                break;
            case ClusterStep.StopRollout s:
                events.Add("cluster.upgrade", Level.Error, null, null, $"the upgrade of cluster {cluster.Name} stopped: {s.Reason}");
                break;
            case ClusterStep.EndRollout:
                Tell("cluster.upgrade", null, $"the upgrade of cluster {cluster.Name} is over");
                break;
            case ClusterStep.Snapshot s:
                await snapshots.TakeAsync(cluster, Address(seen, s.Through), cancel).ConfigureAwait(false);
                break;
        }
    }

    // A cluster that does not answer must not keep a machine that is gone.
    private async Task DeleteNodeAsync(Cluster cluster, MemberMemory member, CancellationToken cancel)
    {
        try
        {
            await nodes.DeleteNodeAsync(cluster, member.Name, cancel).ConfigureAwait(false);
        }
        catch (ClusterNodeException e) when (member.Removal is { } removal && time.GetUtcNow() - removal.At > GiveUpOnKubernetes)
        {
            events.Add("cluster.machine.left", Level.Warning, member.Name, null,
                $"its Kubernetes node could not be deleted: {e.Message}; delete it: kubectl delete node {member.Name}");
        }
    }

    // A refusal that asking again does not change stops the upgrade at once, with the node's own words.
    private async Task UpgradeAsync(Cluster cluster, ClusterStep.UpgradeTalos step, ClusterObservation seen, CancellationToken cancel)
    {
        try
        {
            await nodes.UpgradeTalosAsync(cluster, Address(seen, step.Machine), configurations.Installer(cluster), cancel)
                .ConfigureAwait(false);
        }
        catch (ClusterNodeException e) when (e.Permanent)
        {
            var stop = new ClusterStep.StopRollout($"{Name(seen, step.Machine)} refused: {e.Message}");
            await CarryAsync(cluster, stop, seen, cancel).ConfigureAwait(false);
            throw;
        }
    }

    private static string WithImage(string configuration, KubernetesComponent component, string version) =>
        KubernetesImages.TryChange(configuration, component, version, out var changed, out var error)
            ? changed
            : throw new ClusterNodeException(error!, permanent: true);

    private Secret Configuration(Cluster cluster, Machine machine)
    {
        var composed = configurations.Compose(cluster, machine);
        return composed.Configuration ?? throw new ClusterNodeException(
            $"the configuration of {machine.Name} has mistakes: {string.Join("; ", composed.Mistakes)}; correct the patches and apply the "
                + "cluster again", permanent: true);
    }

    private void Tell(string kind, string? machine, string text) => events.Add(kind, Level.Info, machine, null, text);

    private static string Name(ClusterObservation seen, MachineId machine) => seen.Members.First(m => m.Machine == machine).Name;

    private static IPAddress Address(ClusterObservation seen, MachineId machine) =>
        seen.Members.FirstOrDefault(m => m.Machine == machine)?.Address
        ?? throw new ClusterNodeException("the machine has no address; it gets one when it boots");
}
