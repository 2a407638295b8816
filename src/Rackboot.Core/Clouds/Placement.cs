using System.Net;
using Rackboot.Cloud;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>What must be known of a machine at a provider, whatever happens to the appliance. It is on disk before anything that
/// costs.</summary>
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

    /// <summary>Marks of orders before it that were refused or that nothing was heard of. A server that turns up with one is a
    /// twin.</summary>
    public IReadOnlyList<string> EarlierMarks { get; init; } = [];

    /// <summary>When the order left.</summary>
    public DateTimeOffset? Ordered { get; init; }

    /// <summary>Lists since the order that did not show it.</summary>
    public int Looks { get; init; }

    /// <summary>The provider's id of the server.</summary>
    public string? Server { get; init; }

    /// <summary>Whether it was rented by somebody else and only taken over: it is not given back with the machine.</summary>
    public bool Adopted { get; init; }
    public CloudState State { get; init; }

    /// <summary>The state in the provider's own word.</summary>
    public string Word { get; init; } = "";
    public bool? On { get; init; }
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>What it costs an hour; null if the provider does not tell.</summary>
    public Money? Hourly { get; init; }

    /// <summary>When its machine configuration was pushed to it; null before.</summary>
    public DateTimeOffset? Configured { get; init; }

    /// <summary>The fingerprint that Talos showed when it was given its configuration.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How often in a row the provider knew it no more.</summary>
    public int Missing { get; init; }

    /// <summary>When or how it ends, in words.</summary>
    public string? Ends { get; init; }

    /// <summary>What keeps it from going on, and what to do.</summary>
    public string? Problem { get; init; }

    /// <summary>Not tried again before.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether it costs now, or may.</summary>
    public bool MayCost => Stage is not (PlacementStage.Planned or PlacementStage.Lost);

    /// <summary>Whether a server has the mark of one of its orders.</summary>
    public bool Has(string? mark) => mark is not null && (mark == Mark || EarlierMarks.Contains(mark));
}
