using System.Collections.Immutable;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Machines;

/// <summary>The machines and profiles of the rack. Everything is in memory, so that the boot path asks nobody; what an operator changes is on
/// disk before it counts, what was merely seen follows soon after.</summary>
public sealed class Inventory
{
    /// <summary>Discovered machines that nobody accepted; past this the one not seen for longest is forgotten.</summary>
    public const int MostDiscovered = 4096;

    // Anybody can show a known UUID with ever new hardware addresses.
    private const int MostCards = 64;

    // Machines that are taken over without letting the boot path in between, and events that are told one by one.
    private const int MostAtOnce = 100;

    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _operator = new(1, 1);
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private readonly CredentialVault? _credentials;
    private readonly HashSet<MachineId> _adopting = [];
    private volatile Fleet _fleet;
    private volatile ImmutableDictionary<string, Profile> _profiles;

    /// <param name="credentials">Those that machines may name.</param>
    public Inventory(IStore store, EventLog events, TimeProvider time, CredentialVault? credentials = null)
    {
        (_store, _events, _time, _credentials) = (store, events, time, credentials);
        _profiles = store.Load(Table.Profiles).Select(d => StoreJson.Read<Profile>(d) with { Version = d.Version }).ToImmutableDictionary(p => p.Name);
        var seen = store.Load(Table.Observations).ToDictionary(d => d.Key, StoreJson.Read<MachineObservation>);
        _fleet = store.Load(Table.Machines).Aggregate(Fleet.Empty, (fleet, document) =>
        {
            var stored = StoreJson.Read<StoredMachine>(document);
            return fleet.With(new Machine
            {
                Id = new MachineId(document.Key),
                Name = stored.Name,
                Version = document.Version,
                Spec = stored.Spec,
                Observed = seen.GetValueOrDefault(document.Key) ?? new MachineObservation { FirstSeen = time.GetUtcNow(), LastSeen = time.GetUtcNow() },
            });
        });
    }

    /// <summary>A machine is no more. It was found to be another one, which takes over what is kept of it; or (null) it was deleted or forgotten.</summary>
    public event Action<MachineId, MachineId?>? Gone;

    public Fleet Fleet => _fleet;

    public IReadOnlyDictionary<string, Profile> Profiles => _profiles;

    /// <summary>The machine behind <paramref name="identity"/>, with what the request shows of it noted down; a machine never seen before is
    /// recorded as discovered.</summary>
    public Machine Observe(MachineIdentity identity, FirmwareKind? firmware = null, string? architecture = null)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (_fleet.Find(identity) is not { } machine)
                return Discover(identity, firmware, architecture, now);

            var newCard = !machine.Macs.Contains(identity.Mac);
            TakeOver(machine, identity);
            machine = _fleet[machine.Id]!;
            var old = machine.Observed;
            var observed = old with
            {
                Macs = old.Macs.Contains(identity.Mac) ? old.Macs : Newest([.. old.Macs, identity.Mac]),
                Uuid = SystemUuid.Canonical(identity.Uuid) is { } shown && shown != SystemUuid.Canonical(old.Uuid) ? identity.Uuid : old.Uuid,
                Serial = SystemSerial.Canonical(identity.Serial) ?? old.Serial,
                Manufacturer = identity.Manufacturer ?? old.Manufacturer,
                Product = identity.Product ?? old.Product,
                Firmware = firmware ?? old.Firmware,
                Architecture = architecture ?? old.Architecture,
            };
            if (observed == old && now - old.LastSeen < SeenPrecision)
                return machine;
            if (newCard)
                _events.Add("machine.card", Level.Info, machine.Name, null, $"seen with another network card, {identity.Mac}");
            observed = observed with { LastSeen = now };
            _fleet = _fleet.WithObservation(machine, observed);
            _store.Post(Change.Put(Table.Observations, machine.Id.Value, observed));
            return machine with { Observed = observed };
        }
    }

    /// <summary>Creates or replaces what the operator says of the machine <paramref name="name"/>. A discovered machine that fits becomes it.</summary>
    /// <param name="config">Its machine configuration; null keeps the stored one as <paramref name="spec"/> says.</param>
    /// <param name="expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
    public async Task<Applied<Machine>> PutMachineAsync(string name, MachineSpec spec, Secret? config, long? expected, bool dryRun) =>
        (await ApplyAsync(new Description([], [], [new MachinePut(name, spec, config, expected)]), dryRun).ConfigureAwait(false)).Machines[0];

    /// <summary>Creates or replaces a profile.</summary>
    public async Task<Applied<Profile>> PutProfileAsync(Profile profile, long? expected, bool dryRun) =>
        (await ApplyAsync(new Description([new ProfilePut(profile, expected)], [], []), dryRun).ConfigureAwait(false)).Profiles[0];

    /// <summary>Stores all that <paramref name="description"/> says, or nothing if any of it is refused.</summary>
    public async Task<Described> ApplyAsync(Description description, bool dryRun)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_credentials is null || description.Credentials.Count == 0)
                return await ApplyAsync(description, [], [], dryRun).ConfigureAwait(false);
            Described? described = null;
            await _credentials.PutAllAsync(description.Credentials, async (judged, changes) =>
            {
                described = await ApplyAsync(description, judged, changes, dryRun).ConfigureAwait(false);
                return !dryRun && !described.IsRefused;
            }).ConfigureAwait(false);
            return described!;
        }
        finally
        {
            lock (_lock)
                _adopting.Clear();
            _operator.Release();
        }
    }

    private async Task<Described> ApplyAsync(Description description, IReadOnlyList<Applied<Credential>> credentials, IReadOnlyList<Change> more, bool dryRun)
    {
        var coming = description.Credentials.Select(c => c.Name).ToHashSet();
        var spokenOf = description.Machines.Select(put => Adopt(put.Name, put.Spec)).ToList();
        var others = spokenOf.Aggregate(_fleet, (fleet, m) => m.Current is { } current ? fleet.Without(current.Id) : fleet);
        var plan = new InventoryPlan(
            others, _profiles, name => coming.Contains(name) || _credentials?.Find(name) is not null, id => Config(id) is not null, _time.GetUtcNow());
        var profiles = description.Profiles.Select(plan.Put).ToList();
        var taken = new HashSet<MachineId>();
        var machines = description.Machines.Zip(spokenOf, (put, m) =>
            plan.Put(put, m.Current, m.Current is null ? m.Adopted.FirstOrDefault(a => taken.Add(a.Id)) : null)).ToList();
        var described = new Described(profiles, credentials, machines);
        if (dryRun || described.IsRefused)
            return described;
        if (plan.Changes.Count + more.Count > 0)
            await _store.CommitAsync([.. more, .. plan.Changes]).ConfigureAwait(false);

        var before = _profiles;
        _profiles = plan.Profiles;
        foreach (var profile in profiles.Where(p => p.Changed).Select(p => p.Document!))
            _events.Add("profile.changed", Level.Info, null, null, $"profile {profile.Name} {(before.ContainsKey(profile.Name) ? "changed" : "created")}");
        foreach (var some in plan.Machines.Chunk(MostAtOnce))
            Take(some);
        Tell(plan.Machines);
        return described with { Machines = [.. machines.Select(m => m.Changed ? m with { Document = _fleet[m.Document!.Id] ?? m.Document } : m)] };
    }

    private void Take(PlannedMachine[] machines)
    {
        lock (_lock)
            foreach (var machine in machines.Select(p => p.Machine))
            {
                // What was seen may have moved on while the disk worked.
                _fleet = _fleet.With(machine with { Observed = _fleet[machine.Id]?.Observed ?? machine.Observed });
                foreach (var other in _fleet.DiscoveredAs(machine.Spec!).ToList())
                    Absorb(other, machine.Id);
            }
    }

    // Ten thousand machines described at once would leave no other event.
    private void Tell(List<PlannedMachine> machines)
    {
        if (machines.Count > MostAtOnce)
            _events.Add("machines.applied", Level.Info, null, null,
                $"{machines.Count(m => m.Created):N0} machines accepted and {machines.Count(m => !m.Created):N0} changed by the operator, in one go");
        else
            foreach (var (machine, created, discoveredAs) in machines)
                _events.Add(created ? "machine.accepted" : "machine.changed", Level.Info, machine.Name, null,
                    discoveredAs is not null ? $"accepted; it had been discovered as {discoveredAs}" : created ? "accepted" : "changed by the operator");
    }

    // The machine that a change by the operator is about: the one of that name, or else the discovered ones that fit. Until the change is stored
    // they are neither forgotten nor taken for part of another.
    private (Machine? Current, IReadOnlyList<Machine> Adopted) Adopt(string name, MachineSpec spec)
    {
        lock (_lock)
        {
            var current = _fleet.Named(name);
            Machine[] adopted = current is null ? [.. _fleet.DiscoveredAs(spec)] : [current];
            _adopting.UnionWith(adopted.Select(m => m.Id));
            return (current, adopted);
        }
    }

    /// <summary>Forgets a machine and its configuration.</summary>
    public async Task<Refusal?> DeleteMachineAsync(string name, long? expected)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_fleet.Named(name) is not { } machine)
                return Refusal.NotFound($"there is no machine {name}");
            if (expected is { } e && e != machine.Version)
                return Refusal.Changed($"machine {name} is at version {machine.Version}, not {e}; get it again and repeat the change");
            await _store.CommitAsync(Deletion(machine.Id)).ConfigureAwait(false);
            lock (_lock)
            {
                _fleet = _fleet.Without(machine.Id);
                _store.Post(Change.Delete(Table.Observations, machine.Id.Value)); // it may have been seen while the disk worked
                Gone?.Invoke(machine.Id, null);
            }

            _events.Add("machine.deleted", Level.Info, name, null, "deleted by the operator");
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    /// <summary>Deletes a profile that no machine uses.</summary>
    public async Task<Refusal?> DeleteProfileAsync(string name, long? expected)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_profiles.TryGetValue(name, out var profile))
                return Refusal.NotFound($"there is no profile {name}");
            if (expected is { } e && e != profile.Version)
                return Refusal.Changed($"profile {name} is at version {profile.Version}, not {e}; get it again and repeat the change");
            if (_fleet.Machines.FirstOrDefault(m => m.Spec?.Profile == name) is { } user)
                return Refusal.Conflict("", $"profile {name} is used by machine {user.Name}; give it another profile first");
            await _store.CommitAsync([Change.Delete(Table.Profiles, name)]).ConfigureAwait(false);
            _profiles = _profiles.Remove(name);
            _events.Add("profile.deleted", Level.Info, null, null, $"profile {name} deleted");
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    /// <summary>Deletes a credential that no machine's BMC is reached with.</summary>
    public async Task<Refusal?> DeleteCredentialAsync(string name, long? expected)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_credentials?.Find(name) is not { } credential)
                return Refusal.NotFound($"there is no credential {name}");
            if (expected is { } e && e != credential.Version)
                return Refusal.Changed($"credential {name} is at version {credential.Version}, not {e}; get it again and repeat the change");
            if (UsersOf(name).FirstOrDefault() is { } user)
                return Refusal.Conflict("", $"credential {name} is used by machine {user.Name}; give its bmc another one first");
            await _credentials.DeleteAsync(name).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    /// <summary>The machines whose BMC is reached with a credential, in the order of their names.</summary>
    public IEnumerable<Machine> UsersOf(string credential) =>
        _fleet.Machines.Where(m => m.Spec?.Bmc?.Credentials.Contains(credential) is true).OrderBy(m => m.Name, StringComparer.Ordinal);

    /// <summary>The machine configuration of <paramref name="machine"/>, from disk; null if it has none.</summary>
    public Secret? Config(MachineId machine) =>
        _store.Find(Table.MachineConfigs, machine.Value) is { } stored ? new Secret(StoreJson.Read<byte[]>(stored)) : null;

    private Machine Discover(MachineIdentity identity, FirmwareKind? firmware, string? architecture, DateTimeOffset now)
    {
        var machine = new Machine
        {
            Id = MachineId.New(now),
            Name = $"discovered-{identity.Mac.ToBareString()}",
            Observed = new MachineObservation
            {
                Macs = [identity.Mac],
                Uuid = SystemUuid.Canonical(identity.Uuid) is null ? null : identity.Uuid,
                Serial = SystemSerial.Canonical(identity.Serial),
                Manufacturer = identity.Manufacturer,
                Product = identity.Product,
                Firmware = firmware,
                Architecture = architecture,
                FirstSeen = now,
                LastSeen = now,
            },
        };
        if (_fleet.Named(machine.Name) is { } namesake)
            machine = machine with { Name = $"{machine.Name}-{machine.Id.Value[^6..]}", Observed = machine.Observed with { FirstSeen = namesake.Observed.FirstSeen } };
        ForgetOldest();
        _fleet = _fleet.With(machine);
        _store.Post(Change.Put(Table.Machines, machine.Id.Value, new StoredMachine(machine.Name, null), version: 0));
        _store.Post(Change.Put(Table.Observations, machine.Id.Value, machine.Observed));
        _events.Add("machine.discovered", Level.Info, machine.Name, null, $"a machine nobody has described yet, {identity.Mac}{(identity.Product is null ? "" : $", {identity.Manufacturer} {identity.Product}")}");
        return machine;
    }

    private void ForgetOldest()
    {
        if (_fleet.Count < MostDiscovered || _fleet.Machines.Where(m => !m.Accepted && !_adopting.Contains(m.Id)) is not { } discovered || discovered.Count() < MostDiscovered)
            return;
        var oldest = discovered.MinBy(m => m.Observed.LastSeen)!;
        _fleet = _fleet.Without(oldest.Id);
        foreach (var change in Deletion(oldest.Id))
            _store.Post(change);
        Gone?.Invoke(oldest.Id, null);
    }

    // One machine may first have been seen as two: by a card alone, and later with a UUID that a known machine has. And a card that another
    // machine was seen with is in this one now.
    private void TakeOver(Machine machine, MachineIdentity identity)
    {
        var shown = new MachineSpec { Macs = [identity.Mac], Uuid = identity.Uuid, Serial = identity.Serial };
        var known = identity with { Uuid = identity.Uuid ?? machine.Spec?.Uuid ?? machine.Observed.Uuid, Serial = identity.Serial ?? machine.Spec?.Serial ?? machine.Observed.Serial };
        foreach (var other in _fleet.OnlyDiscoveredAs(shown, machine.Id).Where(m => !_adopting.Contains(m.Id) && MayBe(m.Observed, known)).ToList())
            Absorb(other, machine.Id);
        foreach (var other in _fleet.SeenWith(identity.Mac).Where(m => m.Id != machine.Id))
        {
            var observed = other.Observed with { Macs = [.. other.Observed.Macs.Where(m => m != identity.Mac)] };
            _fleet = _fleet.WithObservation(other, observed);
            _store.Post(Change.Put(Table.Observations, other.Id.Value, observed));
        }
    }

    private static bool MayBe(MachineObservation seen, MachineIdentity identity) =>
        (SystemUuid.Canonical(seen.Uuid) is not { } uuid || SystemUuid.Canonical(identity.Uuid) is not { } otherUuid || uuid == otherUuid)
        && (SystemSerial.Canonical(seen.Serial) is not { } serial || SystemSerial.Canonical(identity.Serial) is not { } otherSerial || serial == otherSerial);

    private void Absorb(Machine discovered, MachineId into)
    {
        var machine = _fleet[into]!;
        _fleet = _fleet.Without(discovered.Id).Without(into).With(machine with
        {
            Observed = machine.Observed with
            {
                Macs = Newest([.. machine.Observed.Macs.Union(discovered.Observed.Macs)]),
                Uuid = machine.Observed.Uuid ?? discovered.Observed.Uuid,
                Serial = machine.Observed.Serial ?? discovered.Observed.Serial,
            },
        });
        foreach (var change in Deletion(discovered.Id))
            _store.Post(change);
        _store.Post(Change.Put(Table.Observations, into.Value, _fleet[into]!.Observed));
        Gone?.Invoke(discovered.Id, into);
    }

    private static MacAddress[] Newest(MacAddress[] macs) => macs[Math.Max(0, macs.Length - MostCards)..];

    private static Change[] Deletion(MachineId id) =>
        [Change.Delete(Table.Machines, id.Value), Change.Delete(Table.Observations, id.Value), Change.Delete(Table.MachineConfigs, id.Value)];
}
