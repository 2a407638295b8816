namespace Rackboot.Redfish;

/// <summary>What a machine boots from (ComputerSystem.Boot.BootSourceOverrideTarget).</summary>
public enum RedfishBootTarget
{
    /// <summary>No override: the boot order decides.</summary>
    None,
    Pxe,
    Hdd,
    Cd,
    Usb,
    Floppy,
    BiosSetup,
    Utilities,
    Diags,
    UefiShell,
    SDCard,

    /// <summary>HTTP boot of the UEFI firmware, from HttpBootUri if that is set.</summary>
    UefiHttp,

    /// <summary>Something else, which a service may report and nobody here sets.</summary>
    Other,
}
