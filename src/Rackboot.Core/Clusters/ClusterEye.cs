using System.Collections.Concurrent;
using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Observes every machine of a cluster: its node, its boot, and earlier knowledge.</summary>
public sealed class ClusterEye(
    ClusterBook book, Inventory inventory, BootLog boots, AddressBook addresses, IClusterNodes nodes, RunningConfigurations configurations,
    NodeEventLog said, TimeProvider time)
{
    private const int AtOnce = 32;

    private readonly ConcurrentDictionary<MachineId, (MemberStage Stage, DateTimeOffset Since)> _stages = new();

    public async Task<ClusterObservation> LookAsync(Cluster cluster, ClusterMemory memory, CancellationToken cancel)
    {
        var wanted = ClusterMembership.Of(cluster, inventory.Fleet.Machines).Where(m => !memory.Removed.Contains(m.Machine.Id)).ToList();
        // A machine with the cluster's keys belongs to the cluster until it has left, regardless of its labels.
        var all = wanted.Concat(memory.Members.Where(m => wanted.All(w => w.Machine.Id != m.Key))
            .Select(m => (Machine: inventory.Fleet[m.Key], m.Value.Role)).Where(m => m.Machine is not null)
            .Select(m => (m.Machine!, m.Role))).ToList();
        var kubelets = memory.Rollout?.Current.Values.Any(t => t.Component == KubernetesComponent.Kubelet) is true
            ? await nodes.KubeletsAsync(cluster, cancel).ConfigureAwait(false)
            : null;
        var seen = new MemberObservation[all.Count];
        var lists = new IReadOnlyList<EtcdMember>?[all.Count];
        await Parallel.ForAsync(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (i, stop) =>
        {
            var (machine, role) = all[i];
            (seen[i], lists[i]) = await LookAsync(cluster, memory, machine, role, stop).ConfigureAwait(false);
            seen[i] = seen[i] with { Kubelet = kubelets?.GetValueOrDefault(machine.Name) };
        }).ConfigureAwait(false);
        return new ClusterObservation([.. seen.OrderBy(m => m.Name, StringComparer.Ordinal)], lists.FirstOrDefault(l => l is not null));
    }

    private async Task<(MemberObservation Seen, IReadOnlyList<EtcdMember>? Etcd)> LookAsync(
        Cluster cluster, ClusterMemory memory, Machine machine, ClusterRole role, CancellationToken cancel)
    {
        var address = addresses.Of(machine.Id) ?? machine.Spec?.Address;
        var other = OtherCluster(cluster, machine);
        var report = other is not null ? NodeReport.Silent($"it is in cluster {other}")
            : address is null ? NodeReport.Silent("it has no address yet")
            : Itself(machine, address, await nodes.ReadAsync(cluster, address, role, cancel).ConfigureAwait(false));
        var events = said.Of(machine.Id);
        var now = time.GetUtcNow();
        var before = _stages.GetValueOrDefault(machine.Id);
        var stage = MemberStages.Of(report, boots.Current(machine.Id), memory.Members.GetValueOrDefault(machine.Id), before.Stage,
            memory.Rollout is { Kind: RolloutKind.Talos } rollout && rollout.Current.ContainsKey(machine.Id), events);
        var since = _stages.AddOrUpdate(machine.Id, (stage, now), (_, old) => old.Stage == stage ? old : (stage, now)).Since;
        var (configuration, problem) = report.Configuration is { } running && ConfigurationRollout.IsOpen(cluster, memory)
            ? await configurations.CompareAsync(cluster, machine, address!, running, cancel).ConfigureAwait(false)
            : (ConfigurationState.Unknown, null);
        var seen = new MemberObservation
        {
            Machine = machine.Id,
            Name = machine.Name,
            Role = role,
            Stage = stage,
            Since = since,
            Address = address,
            Armed = inventory.Provisioning.Of(machine.Id).IsArmed,
            TalosVersion = report.TalosVersion,
            Kubernetes = report.Kubernetes,
            Pods = report.Pods,
            Etcd = report.Etcd,
            Ready = report.Failure is null ? report.Ready : null,
            Configuration = configuration,
            OtherCluster = other,
            Installed = (report.Install ?? events.Install).Outcome == InstallOutcome.Installed,
            KeptItsDisk = stage == MemberStage.Running && KeptItsDisk(boots.Current(machine.Id), inventory.Provisioning.Of(machine.Id)),
            Problem = problem ?? events.Problem ?? report.Unmet ?? (stage == MemberStage.Unreachable ? report.Failure : null),
        };
        return (seen, report.Etcd == EtcdState.Healthy ? report.EtcdMembers : null);
    }

    // One machine's answer must never count for another: the wrong one would be upgraded, or wiped.
    private NodeReport Itself(Machine machine, IPAddress address, NodeReport report) =>
        report.Hostname is { } name && name != machine.Name && inventory.Fleet.Named(name) is { } owner && owner.Id != machine.Id
            ? NodeReport.Silent($"{address} answers as {name}: two machines use this address; see who holds it: rackboot get leases")
            : report;

    private string? OtherCluster(Cluster cluster, Machine machine) =>
        machine.Seat is { } seat && seat.Cluster != cluster.Name ? seat.Cluster : book.OtherOwner(machine.Id, cluster.Name);

    // The boot began after the machine was armed, its system runs as a member, and it never asked for the configuration.
    private static bool KeptItsDisk(BootRecord? boot, ProvisioningState state) =>
        state is { IsArmed: true, Arm: { } arm } && boot is { Stage: BootStage.Kernel or BootStage.System } && boot.Started > arm.Since;
}
