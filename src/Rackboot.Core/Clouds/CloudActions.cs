using Rackboot.Cloud;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>Carries out the steps of <see cref="PlacementPlan"/>. What a step changes is stored before it begins where it costs, and after
/// it where it is
/// merely noted.</summary>
internal sealed class CloudActions(CloudBook book, CloudLines lines, CloudCatalogue catalogue, Inventory inventory, EventLog events,
    TimeProvider time)
{
    private static readonly TimeSpan SoldOutPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReleasePause = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FreshPrice = TimeSpan.FromMinutes(2);

    /// <returns>Whether the next step may follow at once.</returns>
    public async Task<bool> DoAsync(CloudProvider provider, Placement placement, PlacementStep step, CancellationToken cancel)
    {
        switch (step)
        {
            case PlacementStep.AskPrice:
                return await AskPriceAsync(provider, placement, cancel).ConfigureAwait(false);
            case PlacementStep.Order:
                await OrderAsync(provider, placement, cancel).ConfigureAwait(false);
                return false;
            case PlacementStep.Adopt(var server):
                await AdoptAsync(provider, placement, server, cancel).ConfigureAwait(false);
                return false;
            case PlacementStep.Found(var server):
                await FoundAsync(placement, server, "was found by its mark").ConfigureAwait(false);
                return false;
            case PlacementStep.NotListed:
                await book.ChangeAsync(placement.Machine, p => p! with { Looks = p.Looks + 1 }).ConfigureAwait(false);
                return false;
            case PlacementStep.Doubt:
                await DoubtAsync(provider, placement).ConfigureAwait(false);
                return false;
            case PlacementStep.Note(var server):
                await NoteAsync(provider, placement, server).ConfigureAwait(false);
                return false;
            case PlacementStep.AskAfter(var id):
                await AskAfterAsync(provider, placement, id, cancel).ConfigureAwait(false);
                return false;
            case PlacementStep.GiveBack(var id):
                await GiveBackAsync(provider, placement, id, cancel).ConfigureAwait(false);
                return false;
            case PlacementStep.Close(var why):
                await CloseAsync(provider, placement, why, cancel).ConfigureAwait(false);
                return false;
            default:
                return false;
        }
    }

    /// <summary>Notes what keeps a placement from going on; it is an event when it is another thing than before.</summary>
    public async Task TroubleAsync(Placement placement, string problem, TimeSpan? pause = null)
    {
        if (book.Of(placement.Machine)?.Problem != problem)
            events.Add("cloud.problem", Level.Warning, placement.Name, null, problem);
        await book.ChangeAsync(placement.Machine, p =>
            p is null ? null : p with { Problem = problem, NotBefore = pause is { } wait ? time.GetUtcNow() + wait : p.NotBefore })
            .ConfigureAwait(false);
    }

    /// <summary>Gives back a server of an order that was thought lost, when its machine has another one by now. Nothing was ever told to
    /// run on it.</summary>
    public async Task EndTwinAsync(CloudProvider provider, Placement placement, CloudServer twin, CancellationToken cancel)
    {
        events.Add("cloud.twin", Level.Warning, placement.Name, null,
            $"server {twin.Id} ({twin.Name}) at {provider.Name} turned up late: it is of an earlier order, {placement.Server} is the "
                + $"machine's; it is given back");
        await lines.AskAsync(provider, (cloud, stop) => cloud.DeleteAsync(twin.Id, stop), cancel).ConfigureAwait(false);
    }

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
            // Once: what is not bought after that was refused for a reason, and a person decides.
            Approval = p.Approval ?? (unasked && first ? new Approval($"provider {provider.Name}, buyBelow "
                + $"{provider.BuyBelow}", now, offer.Hourly, offer.Setup) : null),
            Problem = null,
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
            await TroubleAsync(placement, $"orders at {traits.Title} are not built: rent the server there, and name its id as "
                + $"place.server of {placement.Name}", SoldOutPause).ConfigureAwait(false);
            return;
        }

        if (!CloudBootPlan.TryChoose(traits, CloudBoots.Available(provider, traits, Choice(placement.Machine)), out var boot,
            out var reason))
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

        var order = new CloudOrder(CloudMark.Name(placement.Name, CloudMark.New(provider.Owner)), offer!.Plan, offer.Location, boot!);
        if (await PrepareAsync(provider, placement, order, cancel).ConfigureAwait(false) is not { } prepared)
            return;
        // From here on a server may be there, whatever happens to this process.
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

    // What speaks against buying it now although it was approved.
    private async Task<(string Why, TimeSpan Pause)?> ObjectionAsync(CloudProvider provider, Placement placement, CloudOffer? offer,
        CloudOffers from)
    {
        if (from.Problem is { } problem)
            return (problem, ShortPause);
        if (offer is null or { Stock: CloudStock.Out })
            return ($"{CloudWords.What(placement.Place)} is sold out at {provider.Name}; it is tried again every "
                + $"{SoldOutPause.TotalMinutes:0} min", SoldOutPause);
        if (!Rose(placement.Approval!.Hourly, offer.Hourly) && !Rose(placement.Approval.Setup, offer.Setup))
            return null;
        await book.ChangeAsync(placement.Machine, p =>
            p! with { Approval = null, Quote = new Quote(offer.Hourly, offer.Monthly, offer.Setup, offer.Stock,
            time.GetUtcNow()) }).ConfigureAwait(false);
        return ($"{CloudWords.What(placement.Place)} at {provider.Name} was approved for "
            + $"{placement.Approval.Hourly?.ToString() ?? "an unknown price"} and costs {offer.Hourly?.ToString() ?? "an unknown price"} "
            + $"an hour now; buy it all the same: rackboot cloud plan --yes {placement.Name}", TimeSpan.Zero);
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
                var next = again ? $"it is tried again in {pause.TotalMinutes:0} min"
                    : $"when that is mended: rackboot cloud plan --yes {intent.Name}";
                await TroubleAsync(intent, $"nothing was bought: {refused.Why}; {next}", pause).ConfigureAwait(false);
                return;
            case CloudCreation.Open open:
                await TroubleAsync(intent, $"whether it was bought is not known: {open.Why}. {provider.Name} is looked through for "
                    + $"{intent.Mark}; nothing is ordered again meanwhile").ConfigureAwait(false);
                return;
        }
    }

    private async Task FoundAsync(Placement placement, CloudServer server, string how)
    {
        await book.ChangeAsync(placement.Machine, p => p! with
        {
            Stage = PlacementStage.Building,
            Since = time.GetUtcNow(),
            Server = server.Id,
            State = server.State,
            Word = server.Word,
            On = server.On,
            Addresses = server.Addresses,
            Hourly = server.Hourly ?? p.Hourly,
            // A further order would take a further approval.
            Approval = null,
            Problem = null,
            NotBefore = null,
            Missing = 0,
        }).ConfigureAwait(false);
        events.Add("cloud.made", Level.Info, placement.Name, null, $"server {server.Id} at {placement.Place.Provider} {how}; it is "
            + $"{Said(server)}");
    }

    private async Task AdoptAsync(CloudProvider provider, Placement placement, string id, CancellationToken cancel)
    {
        if (book.PlacementsAt(provider.Name).FirstOrDefault(p => p.Server == id && p.Machine != placement.Machine) is { } other)
            await TroubleAsync(placement, $"server {id} at {provider.Name} is machine {other.Name} already",
                SoldOutPause).ConfigureAwait(false);
        else if (await lines.AskAsync(provider, (cloud, stop) => cloud.FindAsync(id, stop), cancel).ConfigureAwait(false) is not { } server)
            await TroubleAsync(placement, $"{provider.Name} knows no server {id}; correct place.server",
                SoldOutPause).ConfigureAwait(false);
        else
        {
            // One that we bought and lost sight of is ours again.
            var ours = CloudMark.IsOf(provider.Owner, server.Name);
            await book.ChangeAsync(placement.Machine, p =>
                p! with { Adopted = !ours, Mark = ours ? CloudMark.Of(server.Name) : p.Mark }).ConfigureAwait(false);
            await FoundAsync(placement, server, "was taken over").ConfigureAwait(false);
        }
    }

    private async Task DoubtAsync(CloudProvider provider, Placement placement)
    {
        var problem = $"it was ordered as {placement.Mark}, and {provider.Name} does not show it {PlacementPlan.SearchFor.TotalMinutes:0} "
            + $"min later. Look there; if nothing was bought: rackboot cloud plan --yes {placement.Name}. It is looked for further on";
        await book.ChangeAsync(placement.Machine, p =>
            p! with { Stage = PlacementStage.Unsure, Since = time.GetUtcNow(), Approval = null, Problem = problem }).ConfigureAwait(false);
        events.Add("cloud.unsure", Level.Error, placement.Name, null, problem);
    }

    private async Task NoteAsync(CloudProvider provider, Placement placement, CloudServer server)
    {
        var (traits, now) = (Rackboot.Cloud.Clouds.Traits(provider.Cloud)!, time.GetUtcNow());
        var runs = placement.Stage == PlacementStage.Building && server.State is CloudState.Running or CloudState.Stopped;
        var problem = server.State switch
        {
            CloudState.Failed => $"{traits.Title} says that it failed ({server.Word}); it may cost all the same. Give it back: rackboot "
                + $"delete machine {placement.Name}",
            CloudState.Blocked => $"{traits.Title} has locked it ({server.Word}); ask there",
            _ when placement.Stage == PlacementStage.Building && !runs && now - placement.Since > traits.ReadyWithin =>
                $"it is not running {traits.ReadyWithin.TotalMinutes:0} min after it was ordered ({Said(server)}), and costs; ask "
                    + $"{traits.Title}, or give it back: rackboot delete machine {placement.Name}",
            _ => null,
        };
        var moved = placement.Addresses.Count > 0 && server.Addresses.Count > 0 && !placement.Addresses.SequenceEqual(server.Addresses);
        await book.ChangeAsync(placement.Machine, p => p! with
        {
            Stage = runs ? PlacementStage.Running : p.Stage,
            Since = runs ? now : p.Since,
            State = server.State,
            Word = server.Word,
            On = server.On,
            Addresses = server.Addresses.Count > 0 ? server.Addresses : p.Addresses,
            Hourly = server.Hourly ?? p.Hourly,
            Ends = server.Ends,
            Missing = 0,
            Problem = problem is null && p.Problem is not null && !p.Problem.StartsWith(PlaceChanged, StringComparison.Ordinal) ? null
                : problem ?? p.Problem,
        }).ConfigureAwait(false);
        if (runs)
            events.Add("cloud.running", Level.Info, placement.Name, null, $"server {server.Id} at {provider.Name} is {Said(server)}");
        if (moved)
            events.Add("cloud.address", Level.Warning, placement.Name, null,
                $"its addresses at {provider.Name} are {string.Join(", ", server.Addresses)} now; they were "
                + $"{string.Join(", ", placement.Addresses)}");
        if (problem is not null && problem != placement.Problem)
            events.Add("cloud.problem", Level.Error, placement.Name, null, problem);
    }

    /// <summary>What the problem of a machine begins with whose place cannot be changed.</summary>
    public const string PlaceChanged = "its place changed";

    private async Task AskAfterAsync(CloudProvider provider, Placement placement, string id, CancellationToken cancel)
    {
        if (await lines.AskAsync(provider, (cloud, stop) => cloud.FindAsync(id, stop), cancel).ConfigureAwait(false) is
            { State: not CloudState.Gone } server)
        {
            if (placement.Stage is PlacementStage.Building or PlacementStage.Running)
                await NoteAsync(provider, placement, server).ConfigureAwait(false);
            return;
        }

        if (placement.Stage is PlacementStage.Releasing or PlacementStage.Ending)
        {
            await CloseAsync(provider, placement, $"server {id} was given back to {provider.Name} and is gone",
                cancel).ConfigureAwait(false);
            return;
        }

        if (placement.Missing + 1 < PlacementPlan.MostMissing)
        {
            await book.ChangeAsync(placement.Machine, p => p! with { Missing = p.Missing + 1 }).ConfigureAwait(false);
            return;
        }

        var problem = $"{provider.Name} knows server {id} no more, and nobody gave it back here. Buy another one: rackboot cloud plan "
            + $"--yes {placement.Name}";
        await book.ChangeAsync(placement.Machine, p =>
            p! with { Stage = PlacementStage.Lost, Since = time.GetUtcNow(), Hourly = null, Approval = null, Problem = problem,
            On = null }).ConfigureAwait(false);
        events.Add("cloud.lost", Level.Error, placement.Name, null, problem);
    }

    private async Task GiveBackAsync(CloudProvider provider, Placement placement, string id, CancellationToken cancel)
    {
        if (placement.Stage != PlacementStage.Releasing)
        {
            placement = (await book.ChangeAsync(placement.Machine, p =>
                p! with { Stage = PlacementStage.Releasing, Since = time.GetUtcNow(), Problem = null, NotBefore = null }).ConfigureAwait(
                false))!;
            events.Add("cloud.releasing", Level.Info, placement.Name, null, $"server {id} is given back to {provider.Name}");
        }

        try
        {
            var release = await lines.AskAsync(provider, (cloud, stop) => cloud.DeleteAsync(id, stop), cancel).ConfigureAwait(false);
            var ends = release switch
            {
                CloudRelease.Scheduled(var when) => $"it ends {when}",
                CloudRelease.NeedsPerson(var what) => what,
                _ => null,
            };
            await book.ChangeAsync(placement.Machine, p => p! with
            {
                Stage = ends is null ? PlacementStage.Releasing : PlacementStage.Ending,
                Ends = ends,
                Problem = release is CloudRelease.NeedsPerson ? ends : null,
                NotBefore = time.GetUtcNow() + ReleasePause,
            }).ConfigureAwait(false);
            if (ends is not null)
                events.Add("cloud.ending", Level.Warning, placement.Name, null, $"server {id} at {provider.Name} goes on costing: {ends}");
        }
        catch (CloudException e)
        {
            await TroubleAsync(placement, $"server {id} was not given back yet: {e.Message}; it is tried again", e.After is { } after
                && after > ShortPause ? after : ShortPause).ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(CloudProvider provider, Placement placement, string why, CancellationToken cancel)
    {
        if (placement.Mark is { } mark)
            try
            {
                await lines.AskAsync(provider, async (cloud, stop) =>
                {
                    await cloud.TidyAsync(CloudMark.Name(placement.Name, mark), stop).ConfigureAwait(false);
                    return true;
                }, cancel).ConfigureAwait(false);
            }
            catch (CloudException e)
            {
                events.Add("cloud.problem", Level.Warning, placement.Name, null,
                    $"what was stored at {provider.Name} for its order stays there: {e.Message}");
            }

        await book.ChangeAsync(placement.Machine, _ => null).ConfigureAwait(false);
        events.Add("cloud.closed", Level.Info, placement.Name, null, why);
    }

    private TalosChoice? Choice(MachineId id) => inventory.Fleet[id] switch
    {
        { Seat: { } seat } => TalosChoice.Of(seat.Profile("amd64")),
        { Spec.Profile: { } name } when inventory.Profiles.TryGetValue(name, out var profile) => TalosChoice.Of(profile),
        _ => null,
    };

    private static string Said(CloudServer server)
    {
        var word = server.Word.Length > 0 ? $" ({server.Word})" : "";
        var address = server.Addresses.Count > 0 ? $", {server.Addresses[0]}" : "";
        return $"{server.State.ToString().ToLowerInvariant()}{word}{address}";
    }
}
