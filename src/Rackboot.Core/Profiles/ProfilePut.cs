namespace Rackboot.Core.Profiles;

/// <summary>A profile to be stored.</summary>
/// <param name="Expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
/// <param name="JoinToken">Omni's join token; null keeps the one that is stored.</param>
public sealed record ProfilePut(Profile Profile, long? Expected = null, Secret? JoinToken = null);
