namespace Rackboot.Lab.Machines;

/// <summary>How a virtual machine's firmware boots from the network.</summary>
public enum MachineFirmware
{
    /// <summary>SeaBIOS with iPXE as its card's boot ROM.</summary>
    Bios,

    /// <summary>OVMF by PXE.</summary>
    UefiPxe,

    /// <summary>OVMF by HTTP.</summary>
    UefiHttp,
}
