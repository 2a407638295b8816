namespace Rackboot.Ipmi;

/// <summary>The chassis info area of a FRU (Platform Management FRU Information Storage Definition 1.0 §10). Texts that are not given are
/// empty.</summary>
/// <param name="Type">SMBIOS §7.4.1: 17h (23) is a rack mount chassis, 1Ch a blade.</param>
/// <param name="PartNumber">The maker's part number.</param>
/// <param name="SerialNumber">The chassis' serial number.</param>
/// <param name="Further">Fields of the maker's own.</param>
public sealed record FruChassisArea(byte Type, string PartNumber, string SerialNumber, IReadOnlyList<string> Further);
