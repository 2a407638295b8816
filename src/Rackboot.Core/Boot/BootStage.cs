namespace Rackboot.Core.Boot;

/// <summary>The stages of a network boot, in order.</summary>
public enum BootStage
{
    /// <summary>The firmware asked for an address and a boot file.</summary>
    Firmware,

    /// <summary>It fetches iPXE.</summary>
    Program,

    /// <summary>iPXE runs and asked for an address.</summary>
    Ipxe,

    /// <summary>iPXE got its script.</summary>
    Script,

    /// <summary>Kernel and initramfs are being transferred.</summary>
    Kernel,

    /// <summary>The operating system asked for an address.</summary>
    System,

    /// <summary>It has its machine configuration.</summary>
    Configured,

    /// <summary>It reported for itself.</summary>
    Reported,
}
