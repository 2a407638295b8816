using Rackboot.Core.Boot;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Works out how far a machine is, from what its node answered, how its boot stands, and what was known before. A pure
/// function.</summary>
public static class MemberStages
{
    /// <param name="report">What the node answered just now.</param>
    /// <param name="boot">The newest boot of the machine; null if none was seen.</param>
    /// <param name="member">What is remembered of the machine in this cluster; null if it never had its configuration.</param>
    /// <param name="before">At which stage it was last.</param>
    /// <param name="upgrading">It was told to upgrade and is not known to have done it.</param>
    /// <param name="said">What Talos said over the event sink since its last boot.</param>
    public static MemberStage Of(
        NodeReport report, BootRecord? boot, MemberMemory? member, MemberStage before, bool upgrading, NodeEvents said)
    {
        if (report.Failure is null)
            return report.Stage switch
            {
                MachineStage.Maintenance => MemberStage.Maintenance,
                MachineStage.Installing => MemberStage.Installing,
                MachineStage.Rebooting or MachineStage.ShuttingDown => MemberStage.Rebooting,
                MachineStage.Resetting => MemberStage.Resetting,
                MachineStage.Upgrading => MemberStage.Upgrading,
                MachineStage.Booting when report.Install is { Outcome: InstallOutcome.Installing } => MemberStage.Installing,
                _ => MemberStage.Running,
            };

        if (before == MemberStage.Resetting && boot is not { Outcome: BootOutcome.Running, Stage: < BootStage.Configured })
            return MemberStage.Resetting;
        if (upgrading)
            return MemberStage.Upgrading;
        if (said.ConfigurationRefused)
            return MemberStage.ConfigurationRefused;
        if (member is null)
            return boot is null ? MemberStage.Absent : MemberStage.Booting;
        if (said.Installing)
            return MemberStage.Installing;
        if (said.Restarting)
            return MemberStage.Rebooting;
        return member.Ran ? boot is { Outcome: BootOutcome.Running } && boot.Started > member.Since
            ? MemberStage.Rebooting
            : MemberStage.Unreachable
            : MemberStage.Configured;
    }
}
