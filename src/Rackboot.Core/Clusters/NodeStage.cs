namespace Rackboot.Core.Clusters;

/// <summary>What Talos says it is doing (siderolabs/talos pkg/machinery/resources/runtime/machine_status.go).</summary>
public enum NodeStage
{
    Unknown,
    Booting,
    Installing,
    Maintenance,
    Running,
    Rebooting,
    ShuttingDown,
    Resetting,
    Upgrading,
}
