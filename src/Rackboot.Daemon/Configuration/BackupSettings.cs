namespace Rackboot.Daemon.Configuration;

/// <summary>Scheduled backups.</summary>
public sealed record BackupSettings
{
    /// <summary>How often; zero for never.</summary>
    public TimeSpan Every { get; init; }

    /// <summary>How many are kept.</summary>
    public int Keep { get; init; } = 7;

    /// <summary>Where; null for <c>backups</c> in the data directory.</summary>
    public string? Directory { get; init; }

    /// <summary>File of what they are encrypted with: a public key as PEM, or a passphrase.</summary>
    public string? Key { get; init; }

    /// <summary>With boot files and images.</summary>
    public bool Assets { get; init; }

    internal static BackupSettings Read(ConfigurationSection backups)
    {
        var otherwise = new BackupSettings();
        var settings = new BackupSettings
        {
            Every = backups.Duration("every", "How often a backup is made. 0s makes none.", TimeSpan.Zero, TimeSpan.Zero,
                TimeSpan.FromDays(31)),
            Keep = backups.Number("keep", "How many of them are kept; the oldest go first.", otherwise.Keep, 1, 1000),
            Directory = backups.FilePath("directory", "Where they are kept; without it in `backups` of the data directory. The service "
                + "may write elsewhere only with ReadWritePaths= in a drop-in (docs/backup.md)."),
            Key = backups.FilePath("key", "File of the RSA public key (PEM) to encrypt for, so that the appliance cannot read its own "
                + "backups; or of a passphrase. Required with `every`."),
            Assets = backups.Flag("assets", "Put boot files and container images in too.", otherwise.Assets),
        };
        if (settings.Every > TimeSpan.Zero && settings.Key is null)
            backups.Error("key", "is missing: backups are encrypted; name the file of a public key, or of a passphrase");
        if (settings.Every > TimeSpan.Zero && settings.Every < TimeSpan.FromMinutes(1))
            backups.Error("every", "a backup is made every minute at most");
        return settings;
    }
}
