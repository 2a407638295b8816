namespace Rackboot.Contracts;

/// <summary>Asks the appliance to fetch the boot files of a Talos release.</summary>
public sealed record AssetPullOrder
{
    /// <summary><c>v1.13.9</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The Image Factory's schematic id; plain Talos if omitted.</summary>
    public string? SchematicId { get; init; }

    /// <summary>The schematic itself, as YAML.</summary>
    public string? Schematic { get; init; }

    /// <summary>Architectures; <c>amd64</c> if omitted.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>The Image Factory; that of the appliance's configuration if omitted.</summary>
    public string? Factory { get; init; }
}

/// <summary>The state of a download.</summary>
public enum AssetPullStep
{
    /// <summary>The factory has not started to answer; it may be building the file.</summary>
    Waiting,
    Running,
    Done,
    Failed,
}

/// <summary>The progress of one download.</summary>
/// <param name="Name">The asset's name, or <c>schematic</c>.</param>
/// <param name="Text">One sentence: what it is waiting for, how it ended, or why it failed and what to do.</param>
/// <param name="Total">Total size; none until the factory has sent it.</param>
/// <param name="Step">State of the download.</param>
/// <param name="Bytes">Bytes received so far.</param>
public sealed record AssetPullProgress(string Name, AssetPullStep Step, string Text, long Bytes, long? Total);

/// <summary>Removes the boot files that nothing uses.</summary>
public sealed record AssetPruneOrder
{
    /// <summary>Only files stored longer ago than this.</summary>
    public int OlderThanDays { get; init; } = 30;

    /// <summary>Only list them.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The result of checking a stored file.</summary>
/// <param name="Problem">What is wrong and what to do; none if the file is intact.</param>
/// <param name="Name">Name of the file.</param>
/// <param name="Bytes">Its size.</param>
public sealed record AssetCheckResult(string Name, long Bytes, string? Problem);

/// <summary>A container image that the appliance serves.</summary>
/// <param name="Reference">Reference of the image, as machine configurations name it.</param>
/// <param name="Digest">Digest of its manifest or index.</param>
/// <param name="Bytes">Size of its stored parts.</param>
/// <param name="Bundle">The bundle that contained it; none if it was pulled through the mirror.</param>
/// <param name="Added">When it was stored.</param>
public sealed record MirrorImage(string Reference, string Digest, long Bytes, DateTimeOffset Added, string? Bundle);

/// <summary>An imported bundle.</summary>
/// <param name="Bytes">Size of its contents.</param>
/// <param name="Base">The bundle that it extends.</param>
/// <param name="Id">Id of the bundle.</param>
/// <param name="Title">Summary of its contents.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Imported">When it was imported.</param>
/// <param name="Images">Number of images in it.</param>
/// <param name="Files">Number of boot files in it.</param>
public sealed record MirrorBundle(string Id, string Title, DateTimeOffset Created, DateTimeOffset Imported, int Images, int Files,
    long Bytes, string? Base);
