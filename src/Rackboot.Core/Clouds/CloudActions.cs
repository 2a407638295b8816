using Rackboot.Cloud;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>Executes the steps of <see cref="PlacementPlan"/>. A step that costs money stores its change before it begins; other steps
/// store it afterwards.</summary>
internal sealed partial class CloudActions(CloudBook book, CloudLines lines, CloudCatalogue catalogue, Inventory inventory, EventLog events,
    TimeProvider time, ConfigurationTokens? tokens = null)
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
                await NoteAsync(provider, placement, server, cancel).ConfigureAwait(false);
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

    /// <summary>Records the problem of a placement; a new problem is an event.</summary>
    public async Task TroubleAsync(Placement placement, string problem, TimeSpan? pause = null)
    {
        if (book.Of(placement.Machine)?.Problem != problem)
            events.Add("cloud.problem", Level.Warning, placement.Name, null, problem);
        await book.ChangeAsync(placement.Machine, p =>
            p is null ? null : p with { Problem = problem, NotBefore = pause is { } wait ? time.GetUtcNow() + wait : p.NotBefore })
            .ConfigureAwait(false);
    }

    /// <summary>Releases a server of an order that was thought lost, if its machine has another one by now. Nothing ever ran
    /// on it.</summary>
    public async Task EndTwinAsync(CloudProvider provider, Placement placement, CloudServer twin, CancellationToken cancel)
    {
        events.Add("cloud.twin", Level.Warning, placement.Name, null,
            $"server {twin.Id} ({twin.Name}) at {provider.Name} appeared late, from an earlier order. The machine is server "
                + $"{placement.Server}, so the appliance releases this one");
        await lines.AskAsync(provider, (cloud, stop) => cloud.DeleteAsync(twin.Id, stop), cancel).ConfigureAwait(false);
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
            // A server may have fetched its configuration before the order's answer came.
            Configured = p.Stage is PlacementStage.Ordering or PlacementStage.Unsure ? p.Configured : null,
            Fingerprint = null,
            // Another order needs another approval.
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
            await TroubleAsync(placement, $"{provider.Name} has no server {id}; correct place.server",
                SoldOutPause).ConfigureAwait(false);
        else
        {
            // Recovers a server that we bought and lost track of.
            var ours = CloudMark.IsOf(provider.Owner, server.Name);
            if (placement.Place.Install && !await ReinstallAsync(provider, placement, server, cancel).ConfigureAwait(false))
                return;
            await book.ChangeAsync(placement.Machine, p => p! with { Adopted = !ours, Mark = ours ? CloudMark.Of(server.Name) : p.Mark })
                .ConfigureAwait(false);
            await FoundAsync(placement, server, "was adopted").ConfigureAwait(false);
        }
    }

    // Only if the provider installs by itself; otherwise TendAsync does it.
    private async Task<bool> ReinstallAsync(CloudProvider provider, Placement placement, CloudServer server, CancellationToken cancel)
    {
        var traits = Rackboot.Cloud.Clouds.Traits(provider.Cloud)!;
        var ours = CloudMark.IsOf(provider.Owner, server.Name) ? CloudMark.Of(server.Name) : null;
        if (!TryChoose(provider, placement, ours ?? server.Id, out var boot, out var reason))
        {
            await TroubleAsync(placement, reason!, ShortPause).ConfigureAwait(false);
            return false;
        }

        if (!traits.Reinstalls)
            return true;
        var order = new CloudOrder(CloudMark.Name(placement.Name, CloudMark.New(provider.Owner)), server.Plan ?? "", server.Location
            ?? "", boot!);
        if (await PrepareAsync(provider, placement, order, cancel).ConfigureAwait(false) is not { } prepared)
            return false;
        events.Add("cloud.reinstalling", Level.Warning, placement.Name, null,
            $"installing Talos on server {server.Id} at {provider.Name}; this erases its disk");
        await lines.AskAsync(provider, async (cloud, stop) =>
        {
            await cloud.ReinstallAsync(server.Id, order, prepared.Reference, stop).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
        return true;
    }

    private async Task DoubtAsync(CloudProvider provider, Placement placement)
    {
        var problem = $"it was ordered as {placement.Mark}, and {provider.Name} does not list it after "
            + $"{PlacementPlan.SearchFor.TotalMinutes:0} min. The appliance keeps looking. Check there; if nothing was bought: "
            + $"rackboot cloud plan --yes {placement.Name}";
        await book.ChangeAsync(placement.Machine, p =>
            p! with { Stage = PlacementStage.Unsure, Since = time.GetUtcNow(), Approval = null, Problem = problem }).ConfigureAwait(false);
        events.Add("cloud.unsure", Level.Error, placement.Name, null, problem);
    }

    private async Task NoteAsync(CloudProvider provider, Placement placement, CloudServer server, CancellationToken cancel)
    {
        var (traits, now) = (Rackboot.Cloud.Clouds.Traits(provider.Cloud)!, time.GetUtcNow());
        var ready = placement.Stage == PlacementStage.Building && server.State is CloudState.Running or CloudState.Stopped
            or CloudState.Rescue;
        var waits = ready ? await TendAsync(provider, placement, server, cancel).ConfigureAwait(false) : null;
        var runs = ready && waits is null;
        var problem = server.State switch
        {
            CloudState.Failed => $"{traits.Title} reports that it failed ({server.Word}); it may still cost money. Release it: "
                + $"rackboot delete machine {placement.Name}",
            CloudState.Blocked => $"{traits.Title} has locked it ({server.Word}); ask {traits.Title}",
            _ when placement.Stage == PlacementStage.Building && !runs && now - placement.Since > traits.ReadyWithin =>
                $"it is not running {traits.ReadyWithin.TotalMinutes:0} min after its order ({waits ?? Said(server)}), and costs money; "
                + $"ask {traits.Title}, or release it: rackboot delete machine {placement.Name}",
            _ => null,
        };
        var moved = placement.Addresses.Count > 0 && server.Addresses.Count > 0 && !placement.Addresses.SequenceEqual(server.Addresses);
        var kept = placement.Problem is { } before && (before.StartsWith(PlaceChanged, StringComparison.Ordinal)
            || before.StartsWith(CloudDelivery.NotTaken, StringComparison.Ordinal)) ? before : null;
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
            Problem = problem ?? kept ?? (waits is null ? null : $"waits for {waits}"),
        }).ConfigureAwait(false);
        if (runs)
            events.Add("cloud.running", Level.Info, placement.Name, null, $"server {server.Id} at {provider.Name} is {Said(server)}");
        if (moved)
            events.Add("cloud.address", Level.Warning, placement.Name, null,
                $"its addresses at {provider.Name} changed to {string.Join(", ", server.Addresses)} from "
                    + $"{string.Join(", ", placement.Addresses)}");
        if (problem is not null && problem != placement.Problem)
            events.Add("cloud.problem", Level.Error, placement.Name, null, problem);
    }

    // Never on a server that Rackboot did not rent, unless its document says so: it may write to the disks.
    private async Task<string?> TendAsync(CloudProvider provider, Placement placement, CloudServer server, CancellationToken cancel)
    {
        if (placement.Adopted && !placement.Place.Install)
            return null;
        return TryChoose(provider, placement, placement.Mark ?? server.Id, out var boot, out var reason)
            ? await lines.AskAsync(provider, (cloud, stop) => cloud.TendAsync(server, boot!, stop), cancel).ConfigureAwait(false)
            : placement.Adopted ? $"something to boot: {reason}" : null;
    }

    /// <summary>Prefix of the problem of a machine whose place cannot change.</summary>
    public const string PlaceChanged = "its place changed";

    private async Task AskAfterAsync(CloudProvider provider, Placement placement, string id, CancellationToken cancel)
    {
        if (await lines.AskAsync(provider, (cloud, stop) => cloud.FindAsync(id, stop), cancel).ConfigureAwait(false) is
            { State: not CloudState.Gone } server)
        {
            if (placement.Stage is PlacementStage.Building or PlacementStage.Running)
                await NoteAsync(provider, placement, server, cancel).ConfigureAwait(false);
            return;
        }

        if (placement.Stage is PlacementStage.Releasing or PlacementStage.Ending)
        {
            await CloseAsync(provider, placement, $"{provider.Name} released server {id}; it is gone",
                cancel).ConfigureAwait(false);
            return;
        }

        if (placement.Missing + 1 < PlacementPlan.MostMissing)
        {
            await book.ChangeAsync(placement.Machine, p => p! with { Missing = p.Missing + 1 }).ConfigureAwait(false);
            return;
        }

        var problem = $"{provider.Name} no longer has server {id}, and Rackboot did not release it. Buy another: rackboot cloud plan "
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
            events.Add("cloud.releasing", Level.Info, placement.Name, null, $"releasing server {id} at {provider.Name}");
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
                events.Add("cloud.ending", Level.Warning, placement.Name, null, $"server {id} at {provider.Name} still costs: {ends}");
        }
        catch (CloudException e)
        {
            await TroubleAsync(placement, $"releasing server {id} failed: {e.Message}; the appliance will try again", e.After is { } after
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
                    $"removing what its order stored at {provider.Name} failed: {e.Message}");
            }

        await book.ChangeAsync(placement.Machine, _ => null).ConfigureAwait(false);
        events.Add("cloud.closed", Level.Info, placement.Name, null, why);
    }

    // order: what the machine's token is derived from.
    private bool TryChoose(CloudProvider provider, Placement placement, string order, out CloudBoot? boot, out string? reason)
    {
        var traits = Rackboot.Cloud.Clouds.Traits(provider.Cloud)!;
        var ways = CloudBoots.Available(provider, traits, Choice(placement.Machine), tokens?.UrlOf(placement.Machine, order));
        return CloudBootPlan.TryChoose(traits, ways, out boot, out reason);
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
