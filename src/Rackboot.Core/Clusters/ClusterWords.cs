namespace Rackboot.Core.Clusters;

/// <summary>The words for states of clusters.</summary>
public static class ClusterWords
{
    public static string Of(ClusterPhase phase) => phase switch
    {
        ClusterPhase.BringingUp => "being brought up",
        ClusterPhase.Bootstrapping => "being bootstrapped",
        ClusterPhase.Joining => "running; not every machine is ready",
        ClusterPhase.Ready => "ready",
        ClusterPhase.Degraded => "degraded",
        ClusterPhase.Upgrading => "being upgraded",
        ClusterPhase.Restoring => "being restored from a snapshot",
        ClusterPhase.Configuring => "applying a changed configuration",
        ClusterPhase.Rotating => "rotating its CAs or tokens",
        _ => "stopped in a rollout",
    };

    public static string Of(RolloutMemory rollout) => rollout.Kind == RolloutKind.Configuration
        ? $"the change to the configuration {rollout.To}"
        : $"the upgrade to {rollout.Kind} {rollout.To}";

    public static string Of(ClusterRole role) => role == ClusterRole.ControlPlane ? "control plane" : "worker";

    public static string Of(MemberStage stage) =>
        stage == MemberStage.ConfigurationRefused ? "configuration refused" : stage.ToString().ToLowerInvariant();
}
