namespace Rackboot.Core.Boot;

/// <summary>The program of a boot that sends a request; they run one after the other.</summary>
public enum BootClient
{
    /// <summary>PXE firmware, which loads by TFTP.</summary>
    Firmware,

    /// <summary>UEFI firmware that boots by HTTP.</summary>
    HttpFirmware,

    /// <summary>iPXE, asking for an address and its script's URL.</summary>
    Ipxe,

    /// <summary>iPXE, asking for the script itself.</summary>
    IpxeScript,

    /// <summary>Anything else: the operating system, most likely.</summary>
    OperatingSystem,
}
