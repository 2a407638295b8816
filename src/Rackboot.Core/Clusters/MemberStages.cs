using Rackboot.Core.Boot;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Determines a machine's stage from its node's answer, its boot, and earlier knowledge. A pure
/// function.</summary>
public static class MemberStages
{
    /// <param name="report">The node's latest answer.</param>
    /// <param name="boot">The newest boot of the machine; null if none was seen.</param>
    /// <param name="member">The memory of the machine in this cluster; null if it never had its configuration.</param>
    /// <param name="before">Its previous stage.</param>
    /// <param name="upgrading">It was told to upgrade, and the result is open.</param>
    /// <param name="said">Talos's messages over the event sink since its last boot.</param>
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
