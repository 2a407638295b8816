namespace Rackboot.Contracts;

/// <summary>Asks the appliance to fetch the boot files of a Talos release.</summary>
public sealed record AssetPullOrder
{
    /// <summary><c>v1.13.9</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The Image Factory's id of what is in the image; none is plain Talos.</summary>
    public string? SchematicId { get; init; }

    /// <summary>The schematic itself, as YAML.</summary>
    public string? Schematic { get; init; }

    /// <summary><c>amd64</c> if none is named.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>Another Image Factory than the one of the appliance's configuration.</summary>
    public string? Factory { get; init; }
}

/// <summary>How far the fetching of a file is.</summary>
public enum AssetPullStep
{
    /// <summary>The factory has not begun to answer; it may be building the file.</summary>
    Waiting,
    Running,
    Done,
    Failed,
}

/// <summary>How far the fetching of one file is.</summary>
/// <param name="Name">The asset's name, or <c>schematic</c>.</param>
/// <param name="Text">One sentence: what is waited for, how it ended, or why it failed and what to do.</param>
/// <param name="Total">None until the factory has said it.</param>
/// <param name="Step">How far it is.</param>
/// <param name="Bytes">Bytes that are here.</param>
public sealed record AssetPullProgress(string Name, AssetPullStep Step, string Text, long Bytes, long? Total);

/// <summary>Asks to remove the boot files that nothing needs.</summary>
public sealed record AssetPruneOrder
{
    /// <summary>Only those that came longer ago.</summary>
    public int OlderThanDays { get; init; } = 30;

    /// <summary>Only say which.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was found when a stored file was read again.</summary>
/// <param name="Problem">What is wrong and what to do; none if it is as it was stored.</param>
/// <param name="Name">Name of the file.</param>
/// <param name="Bytes">Its size.</param>
public sealed record AssetCheckResult(string Name, long Bytes, string? Problem);

/// <summary>A container image that the appliance serves.</summary>
/// <param name="Reference">As machine configurations name it.</param>
/// <param name="Digest">Of its manifest or index.</param>
/// <param name="Bytes">Of all that is here of it.</param>
/// <param name="Bundle">The bundle that brought it; none if it was pulled through.</param>
/// <param name="Added">When it came.</param>
public sealed record MirrorImage(string Reference, string Digest, long Bytes, DateTimeOffset Added, string? Bundle);

/// <summary>A bundle that was imported.</summary>
/// <param name="Bytes">Of what it carried.</param>
/// <param name="Base">The bundle that it adds to.</param>
/// <param name="Id">Id of the bundle.</param>
/// <param name="Title">What it carries.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Imported">When it was imported.</param>
/// <param name="Images">Number of images in it.</param>
/// <param name="Files">Number of boot files in it.</param>
public sealed record MirrorBundle(string Id, string Title, DateTimeOffset Created, DateTimeOffset Imported, int Images, int Files,
    long Bytes, string? Base);
