namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The disk Talos is installed on: by path, or by a rule whose parts must all fit. A serial number or WWID is best: paths move,
/// and a type fits several.</summary>
public sealed record InstallDisk
{
    /// <summary><c>/dev/nvme0n1</c></summary>
    public string? Path { get; init; }

    /// <summary>A comparison, <c>&gt;= 400GB</c>.</summary>
    public string? Size { get; init; }

    /// <summary><c>ssd</c> (not rotational: NVMe too), <c>hdd</c>, <c>nvme</c>, <c>sd</c>.</summary>
    public string? Type { get; init; }

    /// <summary>A pattern with <c>*</c>, as the next three.</summary>
    public string? Model { get; init; }

    public string? Serial { get; init; }

    public string? Wwid { get; init; }

    public string? BusPath { get; init; }

    /// <summary>Whether the whole disk is overwritten before.</summary>
    public bool Wipe { get; init; }
}
