namespace Rackboot.Backup;

/// <summary>What opens a backup.</summary>
public abstract record BackupUnlock
{
    private BackupUnlock()
    {
    }

    /// <summary>The passphrase that it was made with.</summary>
    public sealed record Passphrase(string Text) : BackupUnlock
    {
        public override string ToString() => "***";
    }

    /// <summary>The private key, as PEM, to the public key that it was made for.</summary>
    /// <param name="PemPassphrase">For a private key that is encrypted itself.</param>
    public sealed record PrivateKey(string Pem, string? PemPassphrase) : BackupUnlock
    {
        public override string ToString() => "***";
    }
}
