namespace Rackboot.Core.Machines;

/// <summary>Where an accepted machine boots from.</summary>
public enum BootSource
{
    Network,
    Disk,
    Wait,
}
