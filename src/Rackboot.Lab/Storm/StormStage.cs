namespace Rackboot.Lab.Storm;

/// <summary>What a synthetic machine has behind it, in order.</summary>
internal enum StormStage
{
    /// <summary>Its power was asked for.</summary>
    Asked,

    /// <summary>Its BMC switched it on.</summary>
    Power,

    /// <summary>Its firmware has an address and the name of a boot file.</summary>
    Address,

    /// <summary>It has iPXE, by TFTP or HTTP.</summary>
    Program,

    /// <summary>iPXE has an address.</summary>
    Ipxe,

    /// <summary>It has a script that boots a kernel.</summary>
    Script,

    /// <summary>It has kernel and initramfs.</summary>
    Files,

    /// <summary>Its system has an address.</summary>
    System,

    /// <summary>It has its machine configuration.</summary>
    Configuration,

    /// <summary>It has sent its kernel log, and the appliance says that it reported.</summary>
    Reported,
}
