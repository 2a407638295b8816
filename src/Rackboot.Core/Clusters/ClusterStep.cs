using Rackboot.Core.Machines;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>A step to execute now. Repeating it is safe.</summary>
public abstract record ClusterStep
{
    /// <summary>Let the machine fetch its configuration at its next boot.</summary>
    public sealed record Arm(MachineId Machine) : ClusterStep;

    /// <summary>Push the configuration to a machine in maintenance mode.</summary>
    public sealed record Configure(MachineId Machine) : ClusterStep;

    /// <summary>The machine was seen running for the first time: record it.</summary>
    public sealed record Ran(MachineId Machine) : ClusterStep;

    /// <summary>Talos reported that it is on the machine's disk: record it.</summary>
    public sealed record Installed(MachineId Machine) : ClusterStep;

    /// <summary>Talos was already on the machine's disk although it should be installed from the network: stop waiting for that.</summary>
    public sealed record KeepDisk(MachineId Machine) : ClusterStep;

    /// <summary>Bootstrap etcd on this machine; recorded before the machine is asked.</summary>
    public sealed record Bootstrap(MachineId Machine) : ClusterStep;

    /// <summary>etcd runs: record it.</summary>
    public sealed record BootstrapDone(MachineId Machine) : ClusterStep;

    /// <summary>Let a control-plane machine erase its etcd data and restart; its configuration stays.</summary>
    public sealed record EmptyEtcd(MachineId Machine) : ClusterStep;

    /// <summary>Restore etcd on this machine from a snapshot; recorded before the machine is asked.</summary>
    public sealed record Recover(MachineId Machine, string From, bool SkipHashCheck) : ClusterStep;

    /// <summary>etcd runs with the snapshot: record it.</summary>
    public sealed record RestoreDone(MachineId Machine) : ClusterStep;

    /// <summary>Remove a member from etcd through another machine.</summary>
    public sealed record RemoveEtcdMember(MachineId Through, ulong Member, MachineId Machine) : ClusterStep;

    /// <summary>Delete the Kubernetes node of a machine that is gone, and the machine's record.</summary>
    public sealed record ForgetNode(MachineId Machine) : ClusterStep;

    /// <summary>Let the machine drain itself, leave etcd and wipe itself.</summary>
    /// <param name="Graceful">False for the last machine: there is nobody to whom it could leave anything.</param>
    public sealed record Reset(MachineId Machine, bool Graceful = true) : ClusterStep;

    /// <summary>Begin the rollout of another release; recorded first.</summary>
    public sealed record BeginRollout(RolloutKind Kind, string To) : ClusterStep;

    /// <summary>Upgrade one machine to the cluster's Talos release.</summary>
    public sealed record UpgradeTalos(MachineId Machine, string Version) : ClusterStep;

    /// <summary>Upgrade one part of Kubernetes on one machine to the cluster's release.</summary>
    public sealed record UpgradeKubernetes(MachineId Machine, KubernetesComponent Component, string Version) : ClusterStep;

    /// <summary>Update the manifests that Talos applied to the cluster, as this machine renders them.</summary>
    public sealed record SyncManifests(MachineId Through) : ClusterStep;

    /// <summary>Apply the changed configuration to a running machine.</summary>
    /// <param name="Mark">Which one.</param>
    public sealed record Reconfigure(MachineId Machine, ApplyMode Mode, string Mark) : ClusterStep;

    /// <summary>Every machine runs this configuration: record it.</summary>
    public sealed record Configured(string Mark) : ClusterStep;

    /// <summary>Change the secrets by the next step of the rotation.</summary>
    /// <param name="After">The configurations that every machine runs now.</param>
    public sealed record AdvanceRenewal(string After) : ClusterStep;

    /// <summary>Every machine runs the new secrets: record it.</summary>
    public sealed record RenewalDone : ClusterStep;

    /// <summary>The machine has the release, or its changed configuration.</summary>
    public sealed record RolloutReached(MachineId Machine) : ClusterStep;

    public sealed record StopRollout(string Reason) : ClusterStep;

    /// <summary>The rollout is over.</summary>
    /// <param name="GivenUp">The release that the cluster was to get, and no longer is.</param>
    public sealed record EndRollout(RolloutKind Kind, string? GivenUp = null) : ClusterStep;

    /// <summary>Save etcd through this machine.</summary>
    public sealed record Snapshot(MachineId Through) : ClusterStep;
}
