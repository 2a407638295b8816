namespace Rackboot.Ipmi;

/// <summary>Where a machine boots from (IPMI 2.0 §28.13, table 28-14, parameter 5, "boot device selector").</summary>
public enum BootDevice : byte
{
    /// <summary>Nothing is asked: the firmware's own order.</summary>
    None = 0,

    /// <summary>The network.</summary>
    Pxe = 1,

    /// <summary>The default hard drive.</summary>
    Disk = 2,

    DiskSafeMode = 3,
    DiagnosticPartition = 4,
    CdRom = 5,

    /// <summary>The firmware's setup.</summary>
    BiosSetup = 6,

    RemoteFloppy = 7,
    RemoteCdRom = 8,
    PrimaryRemoteMedia = 9,
    RemoteDisk = 11,
    Floppy = 15,
}
