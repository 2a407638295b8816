namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The roles of a machine.</summary>
internal enum MachineType
{
    Unknown,
    Init,
    ControlPlane,
    Worker,
}
