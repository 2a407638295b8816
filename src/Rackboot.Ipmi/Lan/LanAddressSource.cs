namespace Rackboot.Ipmi;

/// <summary>Where a BMC has its address from (IPMI 2.0 §23.2, table 23-4, parameter 4).</summary>
public enum LanAddressSource : byte
{
    Unspecified = 0,
    Static = 1,
    Dhcp = 2,
    Firmware = 3,
    Other = 4,
}
