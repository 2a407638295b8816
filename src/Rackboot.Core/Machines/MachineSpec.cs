using System.Net;
using Rackboot.Core.Clouds;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Machines;

/// <summary>The desired state of a machine, from its document.</summary>
public sealed record MachineSpec
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<MacAddress> Macs { get; init; } = [];

    /// <summary>Accepted cards besides <see cref="Macs"/>; kept when its document changes.</summary>
    public IReadOnlyList<AcceptedCard> Accepted { get; init; } = [];

    /// <summary>All of its cards.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<MacAddress> Cards => Macs.Concat(Accepted.Select(c => c.Mac));

    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasCards => Macs.Count + Accepted.Count > 0;

    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Profile { get; init; }
    public IPAddress? Address { get; init; }
    public BootSource Boot { get; init; }
    public DiskBootMethod Disk { get; init; }
    public MachineConfigDigest? Config { get; init; }
    public BmcSpec? Bmc { get; init; }

    /// <summary>Where it is if it is in no rack of ours; null for a machine of the rack.</summary>
    public Place? Place { get; init; }

    /// <summary>Whether <paramref name="card"/> is one of its own. It is asked of everything that comes from a machine.</summary>
    public bool Owns(MacAddress card)
    {
        for (var i = 0; i < Macs.Count; i++)
            if (Macs[i] == card)
                return true;
        for (var i = 0; i < Accepted.Count; i++)
            if (Accepted[i].Mac == card)
                return true;
        return false;
    }
}
