namespace Rackboot.Redfish;

/// <summary>What a service says of itself before anyone logs in (ServiceRoot).</summary>
/// <param name="RedfishVersion">The version of the protocol, such as 1.15.0.</param>
/// <param name="Vendor">The maker of the service; null with services before 2018.</param>
/// <param name="Product">The product that the service runs in.</param>
/// <param name="Uuid">The service's own UUID, which is not the machine's.</param>
/// <param name="Quirks">What is known to differ in this family.</param>
public sealed record RedfishRoot(string? RedfishVersion, string? Vendor, string? Product, string? Uuid, VendorQuirks Quirks);
