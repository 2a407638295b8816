using System.Collections.Concurrent;
using Rackboot.Cloud;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>Creates and releases machines at providers: reads each provider's list, more often during work there, and executes
/// the steps of <see cref="PlacementPlan"/>. One list shows all servers of a provider.</summary>
public sealed class CloudReconciler(
    CloudBook book, CloudLines lines, CloudCatalogue catalogue, Inventory inventory, EventLog events, TimeProvider time,
    ICloudNodes? nodes = null, ConfigurationTokens? tokens = null)
{
    private const int MostStepsInARow = 4;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200); // thousands of changes at once are one
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Arriving = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromHours(1);

    private readonly CloudActions _actions = new(book, lines, catalogue, inventory, events, time, tokens);
    private readonly CloudDelivery? _delivery = nodes is null ? null : new CloudDelivery(book, inventory, nodes, events, time);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _last = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<CloudOrphan>> _orphans = new();
    private readonly ConcurrentDictionary<MachineId, Sighting> _seen = new();
    private object? _described;
    private volatile TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Servers with our marks that belong to no machine.</summary>
    public IEnumerable<CloudOrphan> Orphans => _orphans.OrderBy(o => o.Key, StringComparer.Ordinal).SelectMany(o => o.Value);

    /// <summary>The newest look at a machine's server; null if there was none since the start.</summary>
    public Sighting? Seen(MachineId machine) => _seen.GetValueOrDefault(machine);

    /// <summary>Something changed: reads every provider soon.</summary>
    public void Wake()
    {
        _last.Clear();
        _woken.TrySetResult();
    }

    /// <summary>A machine was removed: reads every provider soon if it was at one. Strangers on the boot network replace one another as
    /// discovered machines as fast as they ask, and a provider counts what it is asked.</summary>
    public void Left(MachineId machine)
    {
        if (book.Of(machine) is not null)
            Wake();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        var rounds = new ConcurrentDictionary<string, Task>();
        try
        {
            while (true)
            {
                NoteChanges();
                await SettleHomelessAsync().ConfigureAwait(false);
                foreach (var provider in book.Providers.Where(Due))
                    if (!rounds.TryGetValue(provider.Name, out var before) || before.IsCompleted)
                    {
                        _last[provider.Name] = time.GetUtcNow();
                        rounds[provider.Name] = Task.Run(() => GuardedAsync(provider, cancel), cancel);
                    }

                await Task.WhenAny(_woken.Task, Task.Delay(Tick, time, cancel)).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                if (_woken.Task.IsCompleted)
                {
                    await Task.Delay(Gather, time, cancel).ConfigureAwait(false);
                    _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Task.WhenAll(rounds.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads every provider now, and executes the next steps; reports failures at their placement or provider.</summary>
    public Task LookAsync(CancellationToken cancel) => Task.WhenAll(book.Providers.Select(provider => GuardedAsync(provider, cancel)));

    /// <summary>Reads a provider and executes the next steps.</summary>
    public async Task RoundAsync(CloudProvider provider, CancellationToken cancel)
    {
        var turn = _turns.GetOrAdd(provider.Name, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await OpenAsync(provider.Name).ConfigureAwait(false);
            var look = book.PlacementsAt(provider.Name).Any(p => p.Stage != PlacementStage.Planned || p.Mark is not null)
                || !_orphans.ContainsKey(provider.Name) || IsIdle(provider)
                ? await LookAsync(provider, cancel).ConfigureAwait(false)
                : null;
            foreach (var placement in book.PlacementsAt(provider.Name).ToList())
                await SettleAsync(provider, placement.Machine, look, cancel).ConfigureAwait(false);
            if (_delivery is not null)
                foreach (var placement in book.PlacementsAt(provider.Name).ToList())
                    await _delivery.DeliverAsync(placement, cancel).ConfigureAwait(false);
            if (look is not null)
                await TidyAsync(provider, look, cancel).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Releases a server with our mark that belongs to no machine; or confirms the release of a server whose machine is
    /// gone.</summary>
    /// <param name="token">The token from the provider's e-mail; null for an orphan.</param>
    public async Task<(Refusal? Refusal, CloudRelease? Release)> ReleaseOrphanAsync(string name, string server, string? token, string by,
        CancellationToken cancel)
    {
        if (book.Find(name) is not { } provider)
            return (Refusal.NotFound($"there is no provider {name}"), null);
        if (token is not null)
            return await ConfirmAsync(provider, server, token, by, cancel).ConfigureAwait(false);
        if (!Orphans.Any(o => o.Provider == name && o.Server.Id == server))
            return (Refusal.NotFound($"server {server} is no orphan of provider {name}; see: rackboot cloud orphans"), null);
        try
        {
            events.Add("cloud.releasing", Level.Info, null, null, $"releasing orphan {server} at {name}, requested by {by}");
            var release = await lines.AskAsync(provider, (cloud, stop) => cloud.DeleteAsync(server, stop), cancel).ConfigureAwait(false);
            return (null, release);
        }
        catch (CloudException e)
        {
            return (Refusal.Conflict("", e.Message), null);
        }
    }

    private async Task<(Refusal? Refusal, CloudRelease? Release)> ConfirmAsync(CloudProvider provider, string server, string token,
        string by,
        CancellationToken cancel)
    {
        if (book.PlacementsAt(provider.Name).FirstOrDefault(p => p.Server == server
            && p.Stage == PlacementStage.Ending) is not { } placement)
            return (Refusal.Conflict("",
                $"server {server} of provider {provider.Name} does not wait for a token; see: rackboot cloud cost"), null);
        try
        {
            var release = await lines.AskAsync(provider, (cloud, stop) => cloud.ConfirmAsync(server, token, stop),
                cancel).ConfigureAwait(false);
            var ends = release is CloudRelease.Scheduled(var when) ? $"it ends {when}" : null;
            await book.ChangeAsync(placement.Machine, p => p is null ? null : p with { Ends = ends ?? p.Ends,
                Problem = null }).ConfigureAwait(false);
            events.Add("cloud.ending", Level.Info, placement.Name, null,
                $"that server {server} at {provider.Name} is given back was confirmed by {by}");
            return (null, release);
        }
        catch (CloudException e)
        {
            return (Refusal.Conflict("", e.Message), null);
        }
    }

    private async Task GuardedAsync(CloudProvider provider, CancellationToken cancel)
    {
        try
        {
            await RoundAsync(provider, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Work in progress is in the store; the next start resumes it.
        }
        catch (CloudException)
        {
            // Reported when it began.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            events.Add("provider.trouble", Level.Error, null, null, $"provider {provider.Name}: {e.GetType().Name}: {e.Message}");
        }
    }

    // A machine was applied or deleted.
    private void NoteChanges()
    {
        var described = inventory.Fleet.Described;
        if (ReferenceEquals(described, _described))
            return;
        _described = described;
        _last.Clear();
    }

    private bool Due(CloudProvider provider)
    {
        if (!_last.TryGetValue(provider.Name, out var last))
            return true;
        var there = book.PlacementsAt(provider.Name).ToList();
        var every = there.Exists(p => p.Stage is not (PlacementStage.Running or PlacementStage.Lost or PlacementStage.Ending)) ? Busy
            : there.Count > 0 ? Calm : Idle;
        return time.GetUtcNow() - last >= every;
    }

    private bool IsIdle(CloudProvider provider) => !book.PlacementsAt(provider.Name).Any();

    private async Task OpenAsync(string provider)
    {
        foreach (var machine in inventory.Fleet.Machines.Where(m => m.Spec?.Place?.Provider == provider && book.Of(m.Id) is null).ToList())
            await book.OpenAsync(machine, machine.Spec!.Place!).ConfigureAwait(false);
    }

    // Machines whose provider has no document.
    private async Task SettleHomelessAsync()
    {
        foreach (var name in inventory.Fleet.Machines.Select(m => m.Spec?.Place?.Provider).OfType<string>().Distinct().Where(name =>
            book.Find(name) is null).ToList())
            await OpenAsync(name).ConfigureAwait(false);
        foreach (var placement in book.Placements.Where(p => book.Find(p.Place.Provider) is null).ToList())
            if (!placement.MayCost && inventory.Fleet[placement.Machine]?.Spec?.Place?.Provider != placement.Place.Provider)
                await book.ChangeAsync(placement.Machine, _ => null).ConfigureAwait(false);
            // One apply stores machines before their providers.
            else if (time.GetUtcNow() - placement.Since > Arriving)
                await _actions.TroubleAsync(placement, $"there is no provider {placement.Place.Provider}; apply a document of kind "
                    + $"Provider with that name").ConfigureAwait(false);
    }

    private async Task<CloudLook?> LookAsync(CloudProvider provider, CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        try
        {
            return new CloudLook(began, await lines.AskAsync(provider, (cloud, stop) =>
                cloud.ListAsync(stop), cancel).ConfigureAwait(false));
        }
        catch (CloudException)
        {
            return null; // reported when it began
        }
    }

    private async Task SettleAsync(CloudProvider provider, MachineId id, CloudLook? look, CancellationToken cancel)
    {
        for (var steps = 0; steps < MostStepsInARow && book.Of(id) is { } placement; steps++)
        {
            var machine = inventory.Fleet[id];
            var wanted = machine?.Spec?.Place;
            placement = await CompareAsync(placement, machine, wanted).ConfigureAwait(false);
            var seen = look?.Of(placement);
            if (seen is not null)
                _seen[id] = seen;
            var step = PlacementPlan.Next(placement, wanted, gone: machine?.Spec is null, seen, time.GetUtcNow());
            try
            {
                if (step is PlacementStep.Waits || !await _actions.DoAsync(provider, placement, step, cancel).ConfigureAwait(false))
                    return;
            }
            catch (CloudException e)
            {
                var pause = e.After is { } after && after > ShortPause ? after : ShortPause;
                await _actions.TroubleAsync(placement, e.Message, pause < LongPause ? pause : LongPause).ConfigureAwait(false);
                return;
            }
        }
    }

    // A place can change until the purchase. Afterwards the machine must be deleted, which releases its server.
    private async Task<Placement> CompareAsync(Placement placement, Machine? machine, Place? wanted)
    {
        if (machine?.Spec is null || wanted == placement.Place)
            return machine is not null && machine.Name != placement.Name
                ? await book.ChangeAsync(placement.Machine, p => p! with { Name = machine.Name }).ConfigureAwait(false) ?? placement
                : placement;
        // Whether it is given back is asked at the end alone.
        if (wanted is not null && wanted with { Release = placement.Place.Release } == placement.Place)
            return await book.ChangeAsync(placement.Machine, p => p! with { Place = wanted }).ConfigureAwait(false) ?? placement;
        if (placement.Stage == PlacementStage.Planned && wanted is not null)
            return await book.ChangeAsync(placement.Machine, p =>
                p! with { Place = wanted, Quote = null, Approval = null, Problem = null, NotBefore = null }).ConfigureAwait(false)
                ?? placement;
        if (placement.MayCost)
            await _actions.TroubleAsync(placement,
                $"{CloudActions.PlaceChanged}, and server {placement.Server ?? placement.Mark} at {placement.Place.Provider} still costs "
                    + $"money; restore its place ({CloudWords.What(placement.Place)}), or release it: rackboot delete machine "
                    + $"{placement.Name}").ConfigureAwait(false);
        return book.Of(placement.Machine) ?? placement;
    }

    private async Task TidyAsync(CloudProvider provider, CloudLook look, CancellationToken cancel)
    {
        var placements = book.Placements.Where(p => p.Place.Provider == provider.Name).ToList();
        foreach (var (placement, twin) in placements.SelectMany(p => look.Twins(p).Select(t => (p, t))).ToList())
            await _actions.EndTwinAsync(provider, placement, twin, cancel).ConfigureAwait(false);
        var before = _orphans.GetValueOrDefault(provider.Name) ?? [];
        var orphans = look.Orphans(provider.Owner, placements).Select(s => new CloudOrphan(provider.Name, s)).ToList();
        _orphans[provider.Name] = orphans;
        foreach (var orphan in orphans.Where(o => !before.Any(b => b.Server.Id == o.Server.Id)))
            events.Add("cloud.orphan", Level.Error, null, null,
                $"server {orphan.Server.Id} ({orphan.Server.Name}) at {provider.Name} was bought here, costs money, and belongs to no "
                    + $"machine. Adopt it with place.server: {orphan.Server.Id}, or release it: rackboot cloud release {provider.Name} "
                    + $"{orphan.Server.Id}");
    }
}
