using Rackboot.Lab.Machines;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>Who asks for an address: the firmware, iPXE or the system, each with options of its own.</summary>
/// <param name="Architecture">Option 93 (RFC 4578 §2.1); null: none.</param>
/// <param name="VendorClass">Option 60.</param>
/// <param name="Broadcast">Whether replies must come by broadcast.</param>
/// <param name="FirstWait">Until it asks again; each further wait is twice as long.</param>
internal sealed record DhcpAsk(ushort? Architecture, string? VendorClass, bool IsIpxe, bool Broadcast, TimeSpan FirstWait)
{
    /// <summary>How firmware asks: PXE specification 2.1 §2.2.1, with its waits of 4, 8, 16 s.</summary>
    public static DhcpAsk Firmware(MachineFirmware firmware) => firmware switch
    {
        MachineFirmware.Bios => new(0, "PXEClient:Arch:00000:UNDI:002001", false, true, TimeSpan.FromSeconds(4)),
        MachineFirmware.UefiPxe => new(7, "PXEClient:Arch:00007:UNDI:003016", false, true, TimeSpan.FromSeconds(4)),
        _ => new(16, "HTTPClient:Arch:00016:UNDI:003001", false, true, TimeSpan.FromSeconds(4)),
    };

    public static DhcpAsk Ipxe(MachineFirmware firmware) => firmware == MachineFirmware.Bios
        ? new(0, "PXEClient:Arch:00000:UNDI:002001", true, false, TimeSpan.FromSeconds(1))
        : new(7, "PXEClient:Arch:00007:UNDI:003016", true, false, TimeSpan.FromSeconds(1));

    public static DhcpAsk System { get; } = new(null, null, false, false, TimeSpan.FromSeconds(3));
}
