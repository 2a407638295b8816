namespace Rackboot.Redfish;

/// <summary>An account of the BMC.</summary>
/// <param name="Role">Administrator, Operator, ReadOnly, or the vendor's own.</param>
public sealed record RedfishAccount(string Path, string Id, string UserName, string? Role, bool? Enabled, bool? Locked);
