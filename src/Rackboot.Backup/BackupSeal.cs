using System.Text.Json.Serialization;

namespace Rackboot.Backup;

/// <summary>What a backup is encrypted for: who knows a passphrase, or who has the private key to a public one.</summary>
public abstract record BackupSeal
{
    /// <summary>Characters that a passphrase has at least.</summary>
    public const int LeastPassphrase = 8;

    private BackupSeal()
    {
    }

    /// <summary>A passphrase of at least <see cref="LeastPassphrase"/> characters.</summary>
    public sealed record Passphrase(string Text) : BackupSeal
    {
        public override string ToString() => "***";
    }

    /// <summary>An RSA public key of at least 2048 bits, as PEM: the appliance cannot read its own backups then.</summary>
    public sealed record PublicKey(string Pem) : BackupSeal;
}
