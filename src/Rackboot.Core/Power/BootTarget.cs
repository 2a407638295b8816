namespace Rackboot.Core.Power;

/// <summary>What a machine boots from once, at its next start.</summary>
public enum BootTarget
{
    Network,
    Disk,
    Bios,
}
