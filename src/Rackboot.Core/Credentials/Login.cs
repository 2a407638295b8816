namespace Rackboot.Core.Credentials;

/// <summary>User name and password for one BMC.</summary>
public sealed record Login(string Username, Secret Password);
