using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>The next step for a machine at a provider. A pure function: the same facts lead to the same step, even after a crash. Only
/// this plan starts an order, and only for a placement with an approval and certainly without a server.</summary>
public static class PlacementPlan
{
    /// <summary>How long a price is valid.</summary>
    public static readonly TimeSpan QuoteAge = TimeSpan.FromMinutes(15);

    /// <summary>How long after an order without an answer the provider's lists may be stale.</summary>
    public static readonly TimeSpan SearchFor = TimeSpan.FromMinutes(15);

    /// <summary>How long a deleted machine with an unanswered order is remembered.</summary>
    public static readonly TimeSpan RememberFor = TimeSpan.FromDays(2);

    public const int LeastLooks = 5;
    public const int MostMissing = 2;

    /// <param name="wanted">The desired place; null if the machine was deleted.</param>
    /// <param name="gone">Whether the machine was deleted.</param>
    /// <param name="seen">The newest look at the provider; null if there was none.</param>
    public static PlacementStep Next(Placement placement, Place? wanted, bool gone, Sighting? seen, DateTimeOffset now) =>
        placement.Stage switch
    {
        PlacementStage.Planned => Planned(placement, wanted, gone, seen, now),
        PlacementStage.Ordering => Ordering(placement, seen, now),
        PlacementStage.Unsure => Unsure(placement, gone, seen, now),
        PlacementStage.Building or PlacementStage.Running => Owned(placement, gone, seen),
        PlacementStage.Releasing or PlacementStage.Ending => Releasing(placement, seen, now),
        _ => Lost(placement, gone, seen, now),
    };

    private static PlacementStep Planned(Placement placement, Place? wanted, bool gone, Sighting? seen, DateTimeOffset now) =>
        // An order that was refused but nevertheless carried out.
        placement.Mark is not null && seen?.Server is { } server ? new PlacementStep.Found(server)
        : gone ? new PlacementStep.Close("nothing had been bought")
        : wanted is null ? new PlacementStep.Close("its document no longer has a place; nothing had been bought")
        : placement.NotBefore > now ? PlacementStep.Wait
        : placement.Place.Server is { } rented ? new PlacementStep.Adopt(rented)
        : placement.Quote is null || now - placement.Quote.At > QuoteAge ? new PlacementStep.AskPrice()
        : placement.Approval is null ? PlacementStep.Wait
        : new PlacementStep.Order();

    private static PlacementStep Ordering(Placement placement, Sighting? seen, DateTimeOffset now) =>
        seen is null || seen.At <= placement.Ordered ? PlacementStep.Wait
        : seen.Server is { } server ? new PlacementStep.Found(server)
        : placement.Looks + 1 >= LeastLooks && now - placement.Ordered >= SearchFor ? new PlacementStep.Doubt()
        : new PlacementStep.NotListed();

    private static PlacementStep Unsure(Placement placement, bool gone, Sighting? seen, DateTimeOffset now) =>
        seen?.Server is { } server ? new PlacementStep.Found(server)
        : gone ? now - placement.Since >= RememberFor ? new PlacementStep.Close($"no server appeared within {RememberFor.TotalHours:0} h "
            + $"of the order") : PlacementStep.Wait
        : Again(placement, now);

    private static PlacementStep Owned(Placement placement, bool gone, Sighting? seen) =>
        gone ? placement.Adopted && !placement.Place.Release
            ? new PlacementStep.Close($"Rackboot did not rent server {placement.Server}, so it stays at the "
            + $"provider; cancel it there (place.release would have done it)") : new PlacementStep.GiveBack(placement.Server!)
        : seen is null ? PlacementStep.Wait
        : seen.Server is { State: not CloudState.Gone } server ? new PlacementStep.Note(server)
        : new PlacementStep.AskAfter(placement.Server!);

    private static PlacementStep Releasing(Placement placement, Sighting? seen, DateTimeOffset now) =>
        seen is not null && seen.At > placement.Since && seen.Server is null or { State: CloudState.Gone }
            ? new PlacementStep.AskAfter(placement.Server!)
        : placement.Stage == PlacementStage.Releasing && (placement.NotBefore is null || placement.NotBefore <= now)
            ? new PlacementStep.GiveBack(placement.Server!)
        : PlacementStep.Wait;

    private static PlacementStep Lost(Placement placement, bool gone, Sighting? seen, DateTimeOffset now) =>
        seen?.Server is { State: not CloudState.Gone } server ? new PlacementStep.Found(server)
        : gone ? new PlacementStep.Close("the provider no longer had it")
        : Again(placement, now);

    // A person checked, and approved another purchase.
    private static PlacementStep Again(Placement placement, DateTimeOffset now) =>
        placement.Approval is not null && (placement.NotBefore is null || placement.NotBefore <= now) ? new PlacementStep.Order()
            : PlacementStep.Wait;
}
