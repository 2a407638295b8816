namespace Rackboot.Core.Credentials;

/// <summary>The public part of a credential.</summary>
/// <param name="Changed">When user name or password last changed.</param>
/// <param name="Rotating">Whether its BMCs are getting a new password.</param>
public sealed record Credential(string Name, long Version, string Username, DateTimeOffset Changed, bool Rotating);
