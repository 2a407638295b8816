namespace Rackboot.Core.Clusters;

/// <summary>The disk that Talos is installed on, by what a machine's disks say of themselves. All that is given must fit (Talos's
/// <c>machine.install.diskSelector</c>). A serial number or WWN names one disk; everything else may fit a data disk too.</summary>
public sealed record InstallDiskRule
{
    /// <summary>A device path, <c>/dev/sda</c>; it may name another disk after the next start.</summary>
    public string? Device { get; init; }

    /// <summary>A comparison, <c>&gt;= 400GB</c>.</summary>
    public string? Size { get; init; }

    /// <summary><c>ssd</c>, <c>hdd</c>, <c>nvme</c> or <c>sd</c>. Talos counts NVMe among <c>ssd</c>.</summary>
    public string? Type { get; init; }
    public string? Model { get; init; }
    public string? Serial { get; init; }
    public string? Wwid { get; init; }
    public string? BusPath { get; init; }
}
