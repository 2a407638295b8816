namespace Rackboot.Ipmi;

/// <summary>Where a maker's BMC departs from the table of boot options. Data only: a row a maker.</summary>
public sealed record BootDialect
{
    /// <summary>The specification's own.</summary>
    public static BootDialect Standard { get; } = new();

    /// <summary>The number that means the hard drive when booting by UEFI.</summary>
    public BootDevice UefiDisk { get; init; } = BootDevice.Disk;

    /// <summary>
    /// What is written to parameter 3, "boot flag valid bit clearing": bit 3 keeps the flags though no power command follows within 60
    /// seconds. </summary>
    public byte KeepFlags { get; init; } = 0x08;

    // Seen on Supermicro: UEFI disk is device byte 24h (openstack/ironic, drivers/modules/ipmitool.py, _vendor_aware_boot_device_map).
    private static readonly BootDialect Supermicro = new() { UefiDisk = (BootDevice)(0x24 >> 2) };

    /// <summary>The dialect of this BMC's maker.</summary>
    public static BootDialect Of(DeviceId id) => id.Manufacturer is Makers.Supermicro or Makers.SupermicroSecond ? Supermicro : Standard;

    internal BootFlags Speak(BootFlags flags) =>
        flags is { IsEfi: true, Device: BootDevice.Disk } ? flags with { Device = UefiDisk } : flags;

    internal BootFlags Understand(BootFlags flags) =>
        flags.IsEfi && flags.Device == UefiDisk ? flags with { Device = BootDevice.Disk } : flags;
}
