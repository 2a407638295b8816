using System.Net;
using Rackboot.Cloud;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>The durable record of a machine at a provider. It is on disk before any step that
/// costs money.</summary>
public sealed record Placement
{
    public required MachineId Machine { get; init; }

    /// <summary>The machine's name; it stays when the machine is deleted.</summary>
    public required string Name { get; init; }
    public required Place Place { get; init; }
    public PlacementStage Stage { get; init; }

    /// <summary>When the stage was reached.</summary>
    public required DateTimeOffset Since { get; init; }
    public Quote? Quote { get; init; }
    public Approval? Approval { get; init; }

    /// <summary>The mark of the order; null before the first.</summary>
    public string? Mark { get; init; }

    /// <summary>Marks of earlier orders that were refused or never confirmed. A server that appears with one is a
    /// twin.</summary>
    public IReadOnlyList<string> EarlierMarks { get; init; } = [];

    /// <summary>When the order was sent.</summary>
    public DateTimeOffset? Ordered { get; init; }

    /// <summary>Lists since the order that did not show it.</summary>
    public int Looks { get; init; }

    /// <summary>The provider's id of the server.</summary>
    public string? Server { get; init; }

    /// <summary>Whether Rackboot did not rent it but only adopted it: deleting the machine does not release it.</summary>
    public bool Adopted { get; init; }
    public CloudState State { get; init; }

    /// <summary>The state in the provider's word.</summary>
    public string Word { get; init; } = "";
    public bool? On { get; init; }
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Its hourly price; null if the provider publishes none.</summary>
    public Money? Hourly { get; init; }

    /// <summary>When its machine configuration was pushed to it; null before.</summary>
    public DateTimeOffset? Configured { get; init; }

    /// <summary>The fingerprint that Talos presented when it got its configuration.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How often in a row the provider did not list it.</summary>
    public int Missing { get; init; }

    /// <summary>When or how it ends, in words.</summary>
    public string? Ends { get; init; }

    /// <summary>Its problem and the remedy.</summary>
    public string? Problem { get; init; }

    /// <summary>The earliest time of the next attempt.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether it costs money now, or may.</summary>
    public bool MayCost => Stage is not (PlacementStage.Planned or PlacementStage.Lost);

    /// <summary>Whether a server has the mark of one of its orders.</summary>
    public bool Has(string? mark) => mark is not null && (mark == Mark || EarlierMarks.Contains(mark));
}
