namespace Rackboot.Core.Power.Bmc;

/// <summary>A BMC that answered a probe. Nothing was logged into.</summary>
/// <param name="Redfish">The version of Redfish it speaks; null if it does not.</param>
/// <param name="Vendor">As its Redfish root says.</param>
public sealed record BmcFound(string Address, bool Ipmi, string? Redfish, string? Vendor, string? Product, string? Uuid);
