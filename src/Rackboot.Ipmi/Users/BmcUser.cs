namespace Rackboot.Ipmi;

/// <summary>A user of a BMC.</summary>
/// <param name="Id">1 to 63; 1 is mostly the nameless user.</param>
/// <param name="Name">Up to 16 bytes; empty if it has none.</param>
/// <param name="Access">What it may do on the channel that was asked about.</param>
public sealed record BmcUser(byte Id, string Name, UserAccess Access);
