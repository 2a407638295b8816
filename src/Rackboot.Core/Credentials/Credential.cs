namespace Rackboot.Core.Credentials;

/// <summary>What may be told of a credential.</summary>
/// <param name="Changed">When user name or password last changed.</param>
/// <param name="Rotating">Whether a new password is being brought to its BMCs.</param>
public sealed record Credential(string Name, long Version, string Username, DateTimeOffset Changed, bool Rotating);
