namespace Rackboot.Talos.Api;

/// <summary>The stage of a machine (siderolabs/talos api/machine/machine.proto, MachineStage).</summary>
public enum MachineStage
{
    Unknown = 0,
    Booting = 1,
    Installing = 2,
    Maintenance = 3,
    Running = 4,
    Rebooting = 5,
    ShuttingDown = 6,
    Resetting = 7,
    Upgrading = 8,
}
