namespace Rackboot.Talos.Secrets;

/// <summary>A client's configuration file with a certificate of its own in it.</summary>
/// <param name="Text">The file, YAML. It holds a private key.</param>
/// <param name="Ends">When its certificate ends.</param>
public sealed record MintedConfig(SecretText Text, DateTimeOffset Ends);
