using Rackboot.Core.Machines;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>Something to do now. Doing it twice does no harm.</summary>
public abstract record ClusterStep
{
    /// <summary>Let the machine fetch its configuration at its next boot.</summary>
    public sealed record Arm(MachineId Machine) : ClusterStep;

    /// <summary>Give the configuration to a machine that waits for one on its API.</summary>
    public sealed record Configure(MachineId Machine) : ClusterStep;

    /// <summary>The machine was seen running for the first time: remember it.</summary>
    public sealed record Ran(MachineId Machine) : ClusterStep;

    /// <summary>Talos said that it is on the machine's disk: remember it.</summary>
    public sealed record Installed(MachineId Machine) : ClusterStep;

    /// <summary>Talos was on the machine's disk when it was to be installed from the network: nobody waits for that any more.</summary>
    public sealed record KeepDisk(MachineId Machine) : ClusterStep;

    /// <summary>Make the cluster's etcd on this machine; it is remembered before the machine is asked.</summary>
    public sealed record Bootstrap(MachineId Machine) : ClusterStep;

    /// <summary>etcd runs: remember it.</summary>
    public sealed record BootstrapDone(MachineId Machine) : ClusterStep;

    /// <summary>Have a control-plane machine forget its etcd and restart; its configuration stays.</summary>
    public sealed record EmptyEtcd(MachineId Machine) : ClusterStep;

    /// <summary>Make the cluster's etcd on this machine from a snapshot; it is remembered before the machine is asked.</summary>
    public sealed record Recover(MachineId Machine, string From, bool SkipHashCheck) : ClusterStep;

    /// <summary>etcd runs with the snapshot: remember it.</summary>
    public sealed record RestoreDone(MachineId Machine) : ClusterStep;

    /// <summary>Take a member out of etcd through another machine.</summary>
    public sealed record RemoveEtcdMember(MachineId Through, ulong Member, MachineId Machine) : ClusterStep;

    /// <summary>Delete the Kubernetes node of a machine that is gone, and forget the machine.</summary>
    public sealed record ForgetNode(MachineId Machine) : ClusterStep;

    /// <summary>Have the machine drain itself, leave etcd and wipe itself.</summary>
    public sealed record Reset(MachineId Machine) : ClusterStep;

    /// <summary>Begin to bring all machines to another release; it is remembered.</summary>
    public sealed record BeginRollout(RolloutKind Kind, string To) : ClusterStep;

    /// <summary>Bring one machine to the cluster's Talos release.</summary>
    public sealed record UpgradeTalos(MachineId Machine, string Version) : ClusterStep;

    /// <summary>Bring one part of Kubernetes on one machine to the cluster's release.</summary>
    public sealed record UpgradeKubernetes(MachineId Machine, KubernetesComponent Component, string Version) : ClusterStep;

    /// <summary>Bring what Talos put into the cluster to the cluster's release, as this machine renders it.</summary>
    public sealed record SyncManifests(MachineId Through) : ClusterStep;

    /// <summary>Give a running machine its changed configuration.</summary>
    /// <param name="Mark">Which one.</param>
    public sealed record Reconfigure(MachineId Machine, ApplyMode Mode, string Mark) : ClusterStep;

    /// <summary>Every machine runs this configuration: remember it.</summary>
    public sealed record Configured(string Mark) : ClusterStep;

    /// <summary>Change the secrets by the next step of the renewal.</summary>
    /// <param name="After">The configurations that every machine runs now.</param>
    public sealed record AdvanceRenewal(string After) : ClusterStep;

    /// <summary>Every machine runs the new secrets: remember it.</summary>
    public sealed record RenewalDone : ClusterStep;

    /// <summary>The machine has the release, or its changed configuration.</summary>
    public sealed record RolloutReached(MachineId Machine) : ClusterStep;

    public sealed record StopRollout(string Reason) : ClusterStep;

    public sealed record EndRollout(RolloutKind Kind) : ClusterStep;

    /// <summary>Save etcd through this machine.</summary>
    public sealed record Snapshot(MachineId Through) : ClusterStep;
}
