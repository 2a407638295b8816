using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>An account at a provider, with its limits.</summary>
public sealed record CloudProvider
{
    public required string Name { get; init; }
    public long Version { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The provider: <see cref="CloudTraits.Provider"/>.</summary>
    public required string Cloud { get; init; }

    public required string Credential { get; init; }

    /// <summary>Most servers at once, including uncertain ones.</summary>
    public required int MostMachines { get; init; }

    /// <summary>Most hourly cost of all servers; null: no limit.</summary>
    public Money? MostHourly { get; init; }

    /// <summary>Machines up to this hourly price are bought without asking; null: always ask.</summary>
    public Money? BuyBelow { get; init; }

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The server from which the provider's machines fetch Talos; null: the public Image Factory.</summary>
    public Uri? Factory { get; init; }

    /// <summary>An image at the provider that its machines boot.</summary>
    public string? Image { get; init; }

    /// <summary>Added to the kernel's command line of its machines.</summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];

    /// <summary>Six digits in the marks of its servers, to tell them from those of another appliance.</summary>
    public string Owner { get; init; } = "";
}
