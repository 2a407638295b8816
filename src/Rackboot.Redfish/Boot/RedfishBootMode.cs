namespace Rackboot.Redfish;

/// <summary>How the firmware starts what it boots (BootSourceOverrideMode).</summary>
public enum RedfishBootMode
{
    Uefi,
    Legacy,
}
