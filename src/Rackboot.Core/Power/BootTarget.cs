namespace Rackboot.Core.Power;

/// <summary>What a machine boots from once, at its next start.</summary>
public enum BootTarget
{
    Network,
    Disk,
    Bios,

    /// <summary>HTTP boot of the UEFI firmware, from the appliance's URL where the BMC takes one.</summary>
    Http,
}
