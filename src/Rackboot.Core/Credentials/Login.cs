namespace Rackboot.Core.Credentials;

/// <summary>What one BMC is logged into with.</summary>
public sealed record Login(string Username, Secret Password);
