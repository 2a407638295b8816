using Rackboot.Cloud;
using Rackboot.Core.Events;

namespace Rackboot.Core.Clouds;

/// <content>Quotes and purchases: the purchase is stored before the order is sent, and has one of three
/// outcomes.</content>
internal sealed partial class CloudActions
{
    private const string NothingBought = "nothing was bought";

    private async Task<bool> AskPriceAsync(CloudProvider provider, Placement placement, CancellationToken cancel)
    {
        var (offer, from) = await catalogue.FindAsync(provider, placement.Place, PlacementPlan.QuoteAge, cancel).ConfigureAwait(false);
        if (offer is null)
        {
            await TroubleAsync(placement, from.Problem ?? $"{provider.Name} has no plan {placement.Place.Plan} in "
                + $"{placement.Place.Location}; see: rackboot cloud offers --provider {provider.Name}",
                from.Problem is null ? SoldOutPause : ShortPause).ConfigureAwait(false);
            return false;
        }

        var (now, first) = (time.GetUtcNow(), placement.Quote is null);
        var quote = new Quote(offer.Hourly, offer.Monthly, offer.Setup, offer.Stock, now);
        var unasked = provider.BuyBelow is { } below && offer.Hourly is { } price && price.Currency == below.Currency
            && price.Amount <= below.Amount && offer.Setup is null or { Amount: 0 };
        var after = await book.ChangeAsync(placement.Machine, p => p! with
        {
            Quote = quote,
            // Once: a refusal has a reason, and then a person decides.
            Approval = p.Approval ?? (unasked && first ? new Approval($"provider {provider.Name}, buyBelow "
                + $"{provider.BuyBelow}", now, offer.Hourly, offer.Setup) : null),
            // The operator who approves it again sees why the last order was refused.
            Problem = p.Problem?.StartsWith(NothingBought, StringComparison.Ordinal) is true ? p.Problem : null,
        }).ConfigureAwait(false);
        if (first)
            events.Add("cloud.planned", Level.Info, placement.Name, null, CloudWords.Of(after!));
        return after!.Approval is not null;
    }

    private async Task OrderAsync(CloudProvider provider, Placement placement, CancellationToken cancel)
    {
        var traits = Rackboot.Cloud.Clouds.Traits(provider.Cloud)!;
        if (!traits.Creates)
        {
            await TroubleAsync(placement, $"Rackboot cannot order servers at {traits.Title}: rent the server there, and set its id as "
                + $"place.server of {placement.Name}", SoldOutPause).ConfigureAwait(false);
            return;
        }

        var mark = CloudMark.New(provider.Owner);
        if (!TryChoose(provider, placement, mark, out var boot, out var reason))
        {
            await TroubleAsync(placement, reason!, ShortPause).ConfigureAwait(false);
            return;
        }

        var (offer, from) = await catalogue.FindAsync(provider, placement.Place, FreshPrice, cancel).ConfigureAwait(false);
        if (await ObjectionAsync(provider, placement, offer, from).ConfigureAwait(false) is { } objection)
        {
            await TroubleAsync(placement, objection.Why, objection.Pause).ConfigureAwait(false);
            return;
        }

        var order = new CloudOrder(CloudMark.Name(placement.Name, mark), offer!.Plan, offer.Location, boot!);
        if (await PrepareAsync(provider, placement, order, cancel).ConfigureAwait(false) is not { } prepared)
            return;
        // From here on a server may exist, even if this process ends.
        var (intent, refused) = await book.IntendAsync(placement.Machine, order.Mark, offer.Hourly).ConfigureAwait(false);
        if (intent is null)
        {
            await TroubleAsync(placement, refused!, ShortPause).ConfigureAwait(false);
            return;
        }

        events.Add("cloud.ordered", Level.Info, placement.Name, null,
            $"ordered {CloudWords.What(placement.Place)} at {provider.Name} for {CloudWords.Price(placement.Quote)} as {order.Name}; "
                + $"approved by {placement.Approval?.By}");
        await ConcludeAsync(provider, intent, await lines.PlaceAsync(provider, order, prepared.Reference,
            cancel).ConfigureAwait(false)).ConfigureAwait(false);
    }

    // Why not to buy it now despite the approval.
    private async Task<(string Why, TimeSpan Pause)?> ObjectionAsync(CloudProvider provider, Placement placement, CloudOffer? offer,
        CloudOffers from)
    {
        if (from.Problem is { } problem)
            return (problem, ShortPause);
        if (offer is null or { Stock: CloudStock.Out })
            return ($"{CloudWords.What(placement.Place)} is sold out at {provider.Name}; the appliance tries again every "
                + $"{SoldOutPause.TotalMinutes:0} min", SoldOutPause);
        if (!Rose(placement.Approval!.Hourly, offer.Hourly) && !Rose(placement.Approval.Setup, offer.Setup))
            return null;
        await book.ChangeAsync(placement.Machine, p =>
            p! with { Approval = null, Quote = new Quote(offer.Hourly, offer.Monthly, offer.Setup, offer.Stock,
            time.GetUtcNow()) }).ConfigureAwait(false);
        return ($"{CloudWords.What(placement.Place)} at {provider.Name} was approved for "
            + $"{placement.Approval.Hourly?.ToString() ?? "an unknown price"} and costs {offer.Hourly?.ToString() ?? "an unknown price"} "
            + $"an hour now; to buy it at this price: rackboot cloud plan --yes {placement.Name}", TimeSpan.Zero);
    }

    private static bool Rose(Money? approved, Money? now) => (approved, now) switch
    {
        (_, null) => approved is not null,
        (null, { Amount: var amount }) => amount > 0,
        ({ } before, { } after) => before.Currency != after.Currency || after.Amount > before.Amount,
    };

    private async Task<CloudPreparation.Ready?> PrepareAsync(CloudProvider provider, Placement placement, CloudOrder order,
        CancellationToken cancel)
    {
        switch (await lines.AskAsync(provider, (cloud, stop) => cloud.PrepareAsync(order, stop), cancel).ConfigureAwait(false))
        {
            case CloudPreparation.Waiting waiting:
                await book.ChangeAsync(placement.Machine, p => p! with { Problem = $"waits for "
                    + $"{waiting.For}", NotBefore = time.GetUtcNow() + ShortPause / 2 }).ConfigureAwait(false);
                return null;
            case var ready:
                return (CloudPreparation.Ready)ready;
        }
    }

    private async Task ConcludeAsync(CloudProvider provider, Placement intent, CloudCreation creation)
    {
        switch (creation)
        {
            case CloudCreation.Made(var server):
                await FoundAsync(intent, server, "was ordered").ConfigureAwait(false);
                return;
            case CloudCreation.Refused refused:
                var again = refused.Failure is CloudFailure.SoldOut or CloudFailure.Busy or CloudFailure.WrongState or CloudFailure.Quota;
                var pause = refused.After is { } after && after > SoldOutPause ? after : SoldOutPause;
                await book.ChangeAsync(intent.Machine, p => p! with
                {
                    Stage = PlacementStage.Planned,
                    Since = time.GetUtcNow(),
                    Hourly = null,
                    Approval = again ? p.Approval : null,
                }).ConfigureAwait(false);
                var next = again ? $"the next attempt is in {pause.TotalMinutes:0} min"
                    : $"when that is fixed: rackboot cloud plan --yes {intent.Name}";
                await TroubleAsync(intent, $"{NothingBought}: {refused.Why}; {next}", pause).ConfigureAwait(false);
                return;
            case CloudCreation.Open open:
                await TroubleAsync(intent, $"it may have been bought: {open.Why}. The appliance looks for {intent.Mark} at "
                    + $"{provider.Name} and does not order it again").ConfigureAwait(false);
                return;
        }
    }
}
