namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The disk to install Talos on: a path, or a rule whose parts must all match. A serial number or WWID is best: paths can change,
/// and a type can match several disks.</summary>
public sealed record InstallDisk
{
    /// <summary><c>/dev/nvme0n1</c></summary>
    public string? Path { get; init; }

    /// <summary>A comparison, <c>&gt;= 400GB</c>.</summary>
    public string? Size { get; init; }

    /// <summary><c>ssd</c> (not rotational: NVMe too), <c>hdd</c>, <c>nvme</c>, <c>sd</c>.</summary>
    public string? Type { get; init; }

    /// <summary>A pattern with <c>*</c>, like the next three.</summary>
    public string? Model { get; init; }

    public string? Serial { get; init; }

    public string? Wwid { get; init; }

    public string? BusPath { get; init; }

    /// <summary>Whether to wipe the whole disk first.</summary>
    public bool Wipe { get; init; }
}
