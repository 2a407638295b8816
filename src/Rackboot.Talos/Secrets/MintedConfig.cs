namespace Rackboot.Talos.Secrets;

/// <summary>A client configuration file with its own certificate.</summary>
/// <param name="Text">The file as YAML; contains a private key.</param>
/// <param name="Ends">When its certificate expires.</param>
public sealed record MintedConfig(SecretText Text, DateTimeOffset Ends);
