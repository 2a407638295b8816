using System.Collections.Immutable;
using Rackboot.Cloud;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Clouds;

/// <summary>The providers, and the record of each machine at one. Everything is on disk before it takes effect, and a purchase is checked
/// against the limits in the same step that stores it: two orders cannot exceed a limit together.</summary>
public sealed class CloudBook
{
    private const int MostEarlierMarks = 32;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private volatile ImmutableSortedDictionary<string, CloudProvider> _providers;
    private volatile ImmutableDictionary<MachineId, Placement> _placements;

    public CloudBook(IStore store, EventLog events, TimeProvider time)
    {
        (_store, _events, _time) = (store, events, time);
        _providers = store.Load(Table.Providers).Select(d => StoreJson.Read<CloudProvider>(d) with { Version = d.Version })
            .ToImmutableSortedDictionary(p => p.Name, p => p, StringComparer.Ordinal);
        _placements = store.Load(Table.Placements).Select(StoreJson.Read<Placement>).ToImmutableDictionary(p => p.Machine);
    }

    /// <summary>A provider changed.</summary>
    public event Action? ProvidersChanged;

    public IEnumerable<CloudProvider> Providers => _providers.Values;

    public CloudProvider? Find(string name) => _providers.GetValueOrDefault(name);

    /// <summary>All placements, in the order of the machines' names.</summary>
    public IEnumerable<Placement> Placements => _placements.Values.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p =>
        p.Machine.Value, StringComparer.Ordinal);

    public IEnumerable<Placement> PlacementsAt(string provider) => Placements.Where(p => p.Place.Provider == provider);

    public Placement? Of(MachineId machine) => _placements.GetValueOrDefault(machine);

    /// <summary>Whether a credential is the login of a provider.</summary>
    public string? UserOf(string credential) => _providers.Values.FirstOrDefault(p => p.Credential == credential)?.Name;

    public async Task<Applied<CloudProvider>> PutAsync(CloudProvider provider, long? expected, bool dryRun)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var current = Find(provider.Name);
            var version = current?.Version ?? 0;
            if (expected is { } e && e != version)
                return Applied<CloudProvider>.Refused(Refusal.Changed($"provider {provider.Name} is at version {version}, not {e}; get it "
                    + $"again and repeat the change"));
            if (current is not null && current.Cloud != provider.Cloud && PlacementsAt(provider.Name).FirstOrDefault(p =>
                p.MayCost) is { } placed)
                return Applied<CloudProvider>.Refused(Refusal.Conflict("/provider",
                    $"machine {placed.Name} is at {current.Cloud}; delete it first, or give the other provider another name"));
            var changed = provider with { Version = version + 1, Owner = current?.Owner ?? CloudMark.NewOwner() };
            if (current is not null && Same(current, changed))
                return Applied<CloudProvider>.Unchanged(current);
            if (dryRun)
                return new Applied<CloudProvider>(changed, Created: current is null);
            await _store.CommitAsync([Change.Replace(Table.Providers, provider.Name, changed, version)]).ConfigureAwait(false);
            _providers = _providers.SetItem(provider.Name, changed);
            _events.Add("provider.changed", Level.Info, null, null, $"provider {provider.Name} "
                + $"{(current is null ? "created" : "changed")}");
            ProvidersChanged?.Invoke();
            return new Applied<CloudProvider>(changed, Created: current is null);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Deletes a provider without machines.</summary>
    public async Task<Refusal?> DeleteAsync(string name, long? expected)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Find(name) is not { } provider)
                return Refusal.NotFound($"there is no provider {name}");
            if (expected is { } e && e != provider.Version)
                return Refusal.Changed($"provider {name} is at version {provider.Version}, not {e}; get it again and repeat the change");
            if (PlacementsAt(name).FirstOrDefault(p => p.MayCost) is { } placed)
                return Refusal.Conflict("", $"machine {placed.Name} is at {name} and may cost money; delete that first: rackboot delete "
                    + $"machine {placed.Name}");
            await _store.CommitAsync([Change.Delete(Table.Providers, name)]).ConfigureAwait(false);
            _providers = _providers.Remove(name);
            _events.Add("provider.deleted", Level.Info, null, null, $"provider {name} deleted");
            ProvidersChanged?.Invoke();
            return null;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Adds a machine with a place. This costs nothing yet.</summary>
    internal Task<Placement?> OpenAsync(Machine machine, Place place) => ChangeAsync(machine.Id, before =>
        before ?? new Placement { Machine = machine.Id, Name = machine.Name, Place = place, Since = _time.GetUtcNow() });

    /// <summary>Changes a placement; the change is on disk when this ends.</summary>
    /// <param name="change">Null deletes it.</param>
    /// <returns>The changed placement.</returns>
    internal async Task<Placement?> ChangeAsync(MachineId machine, Func<Placement?, Placement?> change)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            return await StoreAsync(machine, change(Of(machine))).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Approves the purchase of machines at their quoted price.</summary>
    /// <returns>The result for each name: null if approved, or why not.</returns>
    public async Task<Refusal?> ApproveAsync(MachineId machine, string by)
    {
        var refusal = (Refusal?)null;
        await ChangeAsync(machine, before =>
        {
            refusal = before switch
            {
                null => Refusal.NotFound("it has no place at a provider"),
                { Stage: not (PlacementStage.Planned or PlacementStage.Unsure or PlacementStage.Lost) } =>
                    Refusal.Conflict("", $"{before.Name} was already bought"),
                { Approval: not null } => Refusal.Conflict("", $"{before.Name} was already approved"),
                { Quote: null } => Refusal.Conflict("", $"the price of {before.Name} is not known "
                    + $"yet{(before.Problem is { } problem ? $": {problem}" : "; wait a moment")}"),
                _ => null,
            };
            return refusal is not null ? before : before! with
            {
                Approval = new Approval(by, _time.GetUtcNow(), before.Quote!.Hourly, before.Quote.Setup),
                Problem = null,
                NotBefore = null,
            };
        }).ConfigureAwait(false);
        if (refusal is null && Of(machine) is { } approved)
            _events.Add("cloud.approved", Level.Info, approved.Name, null,
                $"purchase at {approved.Place.Provider} for {CloudWords.Price(approved.Quote)} approved by {by}");
        return refusal;
    }

    /// <summary>Stores the purchase, if the limits allow it. Only then may an order be sent.</summary>
    /// <param name="price">Its current price.</param>
    internal async Task<(Placement? Intent, string? Refused)> IntendAsync(MachineId machine, string mark, Money? price)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Of(machine) is not { Approval: not null, Stage: PlacementStage.Planned or PlacementStage.Unsure
                or PlacementStage.Lost } before)
                return (null, "it is no longer approved");
            if (Find(before.Place.Provider) is not { } provider)
                return (null, $"provider {before.Place.Provider} was deleted");
            if (CloudLimits.Refuses(provider, PlacementsAt(provider.Name).Where(p =>
                p.Machine != machine || p.Stage == PlacementStage.Unsure), price) is { } limit)
                return (null, limit);
            var now = _time.GetUtcNow();
            var intent = before with
            {
                Stage = PlacementStage.Ordering,
                Since = now,
                Ordered = now,
                Mark = mark,
                EarlierMarks = before.Mark is { } earlier ? [.. before.EarlierMarks.Append(earlier).TakeLast(MostEarlierMarks)]
                    : before.EarlierMarks,
                Looks = 0,
                Missing = 0,
                Configured = null,
                Fingerprint = null,
                Server = null,
                Hourly = price,
                Problem = null,
                NotBefore = null,
            };
            return (await StoreAsync(machine, intent).ConfigureAwait(false), null);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<Placement?> StoreAsync(MachineId machine, Placement? after)
    {
        var before = Of(machine);
        if (after is null ? before is null : before is not null && Same(before, after))
            return before;
        await _store.CommitAsync([after is null ? Change.Delete(Table.Placements, machine.Value)
            : Change.Put(Table.Placements, machine.Value, after)]).ConfigureAwait(false);
        _placements = after is null ? _placements.Remove(machine) : _placements.SetItem(machine, after);
        return after;
    }

    private static bool Same(CloudProvider one, CloudProvider other) =>
        Same<CloudProvider>(one with { Version = 0 }, other with { Version = 0 });

    private static bool Same<T>(T one, T other) => StoreJson.Write(one).AsSpan().SequenceEqual(StoreJson.Write(other));
}
