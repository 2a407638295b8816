namespace Rackboot.Talos.Configuration.Generation;

/// <summary>What a machine is in its cluster.</summary>
public enum MachineRole
{
    ControlPlane,
    Worker,
}
