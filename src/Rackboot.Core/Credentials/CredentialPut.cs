namespace Rackboot.Core.Credentials;

/// <summary>A credential to be stored.</summary>
/// <param name="Password">Null keeps the stored one.</param>
/// <param name="Expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
public sealed record CredentialPut(string Name, string Username, Secret? Password, long? Expected = null);
