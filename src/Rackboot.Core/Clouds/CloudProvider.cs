using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>An account at a provider, and what may be bought with it.</summary>
public sealed record CloudProvider
{
    public required string Name { get; init; }
    public long Version { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Which provider: <see cref="CloudTraits.Provider"/>.</summary>
    public required string Cloud { get; init; }

    public required string Credential { get; init; }

    /// <summary>Servers at once, those that nobody knows of for certain among them.</summary>
    public required int MostMachines { get; init; }

    /// <summary>What all of them may cost an hour together; null sets no bound.</summary>
    public Money? MostHourly { get; init; }

    /// <summary>A machine that costs no more an hour is bought without asking; null asks always.</summary>
    public Money? BuyBelow { get; init; }

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the provider's machines fetch Talos; null is the public Image Factory.</summary>
    public Uri? Factory { get; init; }

    /// <summary>An image at the provider that its machines boot.</summary>
    public string? Image { get; init; }

    /// <summary>Added to the kernel's command line of its machines.</summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];

    /// <summary>Six digits that stand in the marks of its servers, so that another appliance's are not taken for its own.</summary>
    public string Owner { get; init; } = "";
}
