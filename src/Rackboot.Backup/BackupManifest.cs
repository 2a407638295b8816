namespace Rackboot.Backup;

/// <summary>What a backup holds; the first of its entries.</summary>
public sealed record BackupManifest
{
    public const string EntryName = "manifest.json";

    /// <summary>Where the data directory's files are in a backup.</summary>
    public const string Data = "data/";

    /// <summary>Where the configuration of the daemon is in a backup.</summary>
    public const string Configuration = "configuration/rackboot.yaml";

    /// <summary>The version of Rackboot that made it.</summary>
    public required string Version { get; init; }

    /// <summary>When the store was copied.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The host that it is of.</summary>
    public required string Host { get; init; }

    /// <summary>Which key the store's secrets are encrypted with; the key is in the backup.</summary>
    public required string KeyId { get; init; }

    /// <summary>Whether boot files and container images are in it.</summary>
    public required bool Assets { get; init; }
}
