namespace Rackboot.Contracts;

/// <summary>Asks for a backup; the answer is the encrypted file.</summary>
public sealed record BackupOrder
{
    /// <summary>What to encrypt it with, at least 8 characters. Either this or <c>publicKey</c>.</summary>
    public string? Passphrase { get; init; }

    /// <summary>PEM of the RSA public key to encrypt it for.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Put boot files and container images in too.</summary>
    public bool Assets { get; init; }
}
