using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>Checks whether another server may be bought.</summary>
public static class CloudLimits
{
    /// <param name="there">The placements that may already cost money.</param>
    /// <param name="price">Hourly price of the new one; null if unknown.</param>
    /// <returns>Why not, and the remedy; null if it may.</returns>
    public static string? Refuses(CloudProvider provider, IEnumerable<Placement> there, Money? price)
    {
        var costing = there.Where(p => p.MayCost).ToList();
        if (costing.Count + 1 > provider.MostMachines)
            return $"provider {provider.Name} has {costing.Count} of {provider.MostMachines} machines; raise its limits.machines or "
                + $"delete a machine";
        if (provider.MostHourly is not { } most)
            return null;
        if (price is not { } one)
            return $"its price is not known, so limits.hourly of provider {provider.Name} cannot be enforced; remove that limit "
                + $"(limits.machines still applies)";
        if (one.Currency != most.Currency)
            return $"the price is in {one.Currency} and limits.hourly of provider {provider.Name} in {most.Currency}; write the limit in "
                + $"{one.Currency}";
        if (costing.FirstOrDefault(p => p.Hourly is { } h && h.Currency != most.Currency) is { Hourly: { } other } foreign)
            return $"{foreign.Name} costs {other}, and limits.hourly of provider {provider.Name} is in {most.Currency}; write the limit "
                + $"in {other.Currency}";
        var sum = costing.Sum(p => p.Hourly?.Amount ?? 0);
        return sum + one.Amount > most.Amount
            ? $"provider {provider.Name} costs {new Money(sum, most.Currency)} an hour, and {one} more exceeds its limit of {most}; raise "
                + $"limits.hourly or delete a machine"
            : null;
    }
}
