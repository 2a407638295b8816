namespace Rackboot.Talos.Secrets;

/// <summary>A certificate and its private key, both PEM.</summary>
/// <param name="Certificate">One <c>CERTIFICATE</c> block, ending in a newline.</param>
/// <param name="Key"><c>EC PRIVATE KEY</c> (SEC1), <c>ED25519 PRIVATE KEY</c> (holds PKCS#8), <c>RSA PRIVATE KEY</c> (PKCS#1) or
/// <c>PRIVATE KEY</c> (siderolabs/crypto x509/constants.go).</param>
public sealed record CertificateAndKey(string Certificate, SecretText Key);
