using System.Net;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;

namespace Rackboot.Core.Machines;

/// <summary>What the operator says of a machine.</summary>
public sealed record MachineSpec
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<MacAddress> Macs { get; init; } = [];
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Profile { get; init; }
    public IPAddress? Address { get; init; }
    public BootSource Boot { get; init; }
    public DiskBootMethod Disk { get; init; }
    public MachineConfigDigest? Config { get; init; }
    public BmcSpec? Bmc { get; init; }
}
