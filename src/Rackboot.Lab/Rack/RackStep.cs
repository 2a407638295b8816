namespace Rackboot.Lab.Rack;

/// <summary>How far a machine of the virtual rack is, from its power to its place in the cluster.</summary>
public enum RackStep
{
    Power,
    Firmware,
    Program,
    Ipxe,
    Script,
    Kernel,
    System,
    Configured,
    Installing,
    Restarting,
    Joining,
    Ready,
}
