namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The role of a machine in its cluster.</summary>
public enum MachineRole
{
    ControlPlane,
    Worker,
}
