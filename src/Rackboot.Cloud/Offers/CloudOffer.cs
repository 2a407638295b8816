namespace Rackboot.Cloud;

/// <summary>A plan at a place.</summary>
public sealed record CloudOffer
{
    /// <summary>As the provider's API takes it.</summary>
    public required string Plan { get; init; }

    /// <summary>As people call it; null if that is the same.</summary>
    public string? Title { get; init; }

    /// <summary>As the provider's API takes it.</summary>
    public required string Location { get; init; }

    /// <summary>The place in words: <c>Frankfurt, DE</c>.</summary>
    public string? Place { get; init; }
    public string? Cpu { get; init; }
    public int? Cores { get; init; }
    public decimal? MemoryGiB { get; init; }
    public string? Disks { get; init; }
    public string? Gpu { get; init; }
    public int Gpus { get; init; }
    public string? Network { get; init; }
    public string Architecture { get; init; } = "amd64";

    /// <summary>Without VAT where the provider tells both; what a month costs, spread, where there is no price an hour.</summary>
    public Money? Hourly { get; init; }
    public Money? Monthly { get; init; }

    /// <summary>Once, with the order.</summary>
    public Money? Setup { get; init; }
    public CloudStock Stock { get; init; }
}
