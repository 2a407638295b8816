namespace Rackboot.Talos.Api;

/// <summary>A disk as Talos reports it.</summary>
/// <param name="Device"><c>/dev/nvme0n1</c>.</param>
/// <param name="Kind"><c>ssd</c>, <c>hdd</c>, <c>nvme</c>, <c>sd</c>, <c>cd</c> or <c>unknown</c>.</param>
/// <param name="IsSystem">Whether Talos is installed on it.</param>
public sealed record NodeDisk(
    string Device, ulong Bytes, string Model, string Serial, string Wwid, string Uuid, string Kind, string BusPath, bool IsSystem,
        bool IsReadOnly);
