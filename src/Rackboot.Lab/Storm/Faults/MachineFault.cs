namespace Rackboot.Lab.Storm.Faults;

/// <summary>What is wrong with a synthetic machine.</summary>
internal enum MachineFault
{
    None,

    /// <summary>It loses packets of DHCP and TFTP, in both directions, and must come up all the same.</summary>
    LostPackets,

    /// <summary>Its firmware fetches iPXE, and stops.</summary>
    Stops,

    /// <summary>Its BMC has another password than its document.</summary>
    BmcPassword,

    /// <summary>It has half of the kernel when its network dies.</summary>
    HalfDownload,

    /// <summary>Its board says the UUID of another machine; it must come up all the same.</summary>
    Clone,
}
