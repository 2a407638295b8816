using System.Collections.Immutable;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Machines;

/// <summary>The machines and profiles of the rack. Everything is in memory, so that the boot path asks nobody; what an operator changes is on
/// disk before it counts, what was merely seen follows soon after.</summary>
public sealed partial class Inventory
{
    // Anybody can show a known UUID with ever new hardware addresses.
    private const int MostCards = 64;

    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _operator = new(1, 1);
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private readonly CredentialVault? _credentials;
    private MachineId? _adopting;
    private volatile Fleet _fleet;
    private volatile ImmutableDictionary<string, Profile> _profiles;

    /// <param name="credentials">Those that machines may name.</param>
    public Inventory(IStore store, EventLog events, TimeProvider time, CredentialVault? credentials = null)
    {
        (_store, _events, _time, _credentials) = (store, events, time, credentials);
        (Provisioning, Pending) = (new ProvisioningBook(store, events, time), new PendingCards(events, time));
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
        foreach (var discovered in _fleet.Machines.Where(m => !m.Accepted).OrderBy(m => m.Observed.LastSeen))
            _discovered.AddKept(discovered.Id);
    }

    private sealed record StoredMachine(string Name, MachineSpec? Spec);

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
                return Discover(identity, firmware, architecture, now, keep: true);

            if (machine.IsPending(identity.Mac))
                return Suspect(machine, identity);
            if (!machine.Accepted)
                CameBack(machine);
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
            SaveObservation(machine.Id, observed);
            return machine with { Observed = observed };
        }
    }

    /// <summary>Creates or replaces what the operator says of the machine <paramref name="name"/>. A discovered machine that fits becomes it.</summary>
    /// <param name="config">Its machine configuration; null keeps the stored one as <paramref name="spec"/> says.</param>
    /// <param name="expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
    public async Task<Applied<Machine>> PutMachineAsync(string name, MachineSpec spec, Secret? config, long? expected, bool dryRun, string by = "the operator")
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            var (current, adopted) = Adopt(name, spec);
            spec = KeepAccepted(spec, current);
            var version = current?.Accepted is true ? current.Version : 0;
            if (expected is { } e && e != version)
                return Applied<Machine>.Refused(Refusal.Changed($"machine {name} is at version {version}, not {e}; get it again and repeat the change"));
            var now = _time.GetUtcNow();
            var machine = current ?? adopted ?? new Machine
            {
                Id = MachineId.New(now),
                Name = name,
                Observed = new MachineObservation { FirstSeen = now, LastSeen = now },
            };
            if (_fleet.Conflict(spec, machine.Id) is { } conflict)
                return Applied<Machine>.Refused(Refusal.Conflict(Path(spec, conflict.Claim), $"{Claim(conflict.Claim)} belongs to machine {conflict.Machine.Name} already; remove it there first"));
            if (spec.Profile is { } profile && !_profiles.ContainsKey(profile))
                return Applied<Machine>.Refused(Refusal.Invalid("/profile", $"there is no profile {profile}; apply it first"));
            if (spec.Bmc is { } bmc && bmc.Credentials.FirstOrDefault(c => _credentials?.Find(c) is null) is { } unknown)
                return Applied<Machine>.Refused(Refusal.Invalid(unknown == bmc.Credential ? "/bmc/credential" : "/bmc/kg", $"there is no credential {unknown}; apply it first"));

            var changed = machine with { Name = name, Spec = spec, Version = machine.Version + 1 };
            if (current?.Accepted is true && Same(current.Spec!, spec) && (config is null || Config(current.Id) is not null))
                return new Applied<Machine>(current, Created: false);
            if (dryRun)
                return new Applied<Machine>(changed, Created: version == 0);

            var changes = new List<Change> { Change.Replace(Table.Machines, machine.Id.Value, new StoredMachine(name, spec), machine.Version) };
            if (config is not null)
                changes.Add(Change.Put(Table.MachineConfigs, machine.Id.Value, config.Reveal().ToArray()));
            else if (spec.Config is null)
                changes.Add(Change.Delete(Table.MachineConfigs, machine.Id.Value));
            var arming = Arming(machine.Id, current?.Spec, spec, config, by);
            if (arming is { } arm)
                changes.Add(arm.Change);
            await _store.CommitAsync(changes).ConfigureAwait(false);

            lock (_lock)
            {
                // What was seen may have moved on while the disk worked.
                changed = changed with { Observed = _fleet[machine.Id]?.Observed ?? machine.Observed };
                changed = KeepOwnCards(changed);
                _fleet = _fleet.Without(machine.Id).With(changed);
                if (_discovered.Remove(changed.Id))
                    SaveObservation(changed.Id, changed.Observed);
                foreach (var other in _fleet.DiscoveredAs(spec).Where(other => MayTake(changed, other)).ToList())
                    Absorb(other, changed.Id);
                changed = _fleet[changed.Id]!;
            }

            if (arming is { } armed)
                Provisioning.Armed(changed.Id, name, armed.State);
            _events.Add(version == 0 ? "machine.accepted" : "machine.changed", Level.Info, name, null,
                adopted is null ? version == 0 ? "accepted" : "changed by the operator" : $"accepted; it had been discovered as {adopted.Name}");
            return new Applied<Machine>(changed, Created: version == 0);
        }
        finally
        {
            lock (_lock)
                _adopting = null;
            _operator.Release();
        }
    }

    // The machine that a change by the operator is about: the one of that name, or else a discovered one that fits. Until the change is stored
    // it is neither forgotten nor taken for part of another.
    private (Machine? Current, Machine? Adopted) Adopt(string name, MachineSpec spec)
    {
        lock (_lock)
        {
            var current = _fleet.Named(name);
            var adopted = current is null ? _fleet.DiscoveredAs(spec).FirstOrDefault() : null;
            _adopting = (current ?? adopted)?.Id;
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
                _discovered.Remove(machine.Id);
                _store.Post(Change.Delete(Table.Observations, machine.Id.Value)); // it may have been seen while the disk worked
                Provisioning.Forget(machine.Id);
                Pending.Forget(machine.Id);
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

    /// <summary>Creates or replaces a profile.</summary>
    public async Task<Applied<Profile>> PutProfileAsync(Profile profile, long? expected, bool dryRun)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            var current = _profiles.GetValueOrDefault(profile.Name);
            var version = current?.Version ?? 0;
            if (expected is { } e && e != version)
                return Applied<Profile>.Refused(Refusal.Changed($"profile {profile.Name} is at version {version}, not {e}; get it again and repeat the change"));
            var changed = profile with { Version = version + 1 };
            if (current is not null && StoreJson.Write(current with { Version = 0 }).AsSpan().SequenceEqual(StoreJson.Write(profile with { Version = 0 })))
                return new Applied<Profile>(current, Created: false);
            if (dryRun)
                return new Applied<Profile>(changed, Created: current is null);
            await _store.CommitAsync([Change.Replace(Table.Profiles, profile.Name, changed, version)]).ConfigureAwait(false);
            _profiles = _profiles.SetItem(profile.Name, changed);
            _events.Add("profile.changed", Level.Info, null, null, $"profile {profile.Name} {(current is null ? "created" : "changed")}");
            return new Applied<Profile>(changed, Created: current is null);
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

    // One machine may first have been seen as two: by a card alone, and later with a UUID that a known machine has. And a card that another
    // machine was seen with is in this one now.
    private void TakeOver(Machine machine, MachineIdentity identity)
    {
        var shown = new MachineSpec { Macs = [identity.Mac], Uuid = identity.Uuid, Serial = identity.Serial };
        var known = identity with { Uuid = identity.Uuid ?? machine.Spec?.Uuid ?? machine.Observed.Uuid, Serial = identity.Serial ?? machine.Spec?.Serial ?? machine.Observed.Serial };
        foreach (var other in _fleet.OnlyDiscoveredAs(shown, machine.Id).Where(m => m.Id != _adopting && MayBe(m.Observed, known) && MayTake(machine, m)).ToList())
            Absorb(other, machine.Id);
        foreach (var other in _fleet.SeenWith(identity.Mac).Where(m => m.Id != machine.Id))
        {
            var observed = other.Observed with { Macs = [.. other.Observed.Macs.Where(m => m != identity.Mac)] };
            _fleet = _fleet.WithObservation(other, observed);
            SaveObservation(other.Id, observed);
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
        if (!_discovered.Remove(discovered.Id))
            foreach (var change in Deletion(discovered.Id))
                _store.Post(change);
        SaveObservation(into, _fleet[into]!.Observed);
        Gone?.Invoke(discovered.Id, into);
    }

    private static MacAddress[] Newest(MacAddress[] macs) => macs[Math.Max(0, macs.Length - MostCards)..];

    private static Change[] Deletion(MachineId id) =>
        [Change.Delete(Table.Machines, id.Value), Change.Delete(Table.Observations, id.Value), Change.Delete(Table.MachineConfigs, id.Value), Change.Delete(Table.Provisioning, id.Value)];

    private static bool Same(MachineSpec one, MachineSpec other) => StoreJson.Write(one).AsSpan().SequenceEqual(StoreJson.Write(other));

    private static string Claim(string key) => key.Split(':', 2) is [var kind, var value] ? $"{kind} {value}" : key;

    private static string Path(MachineSpec spec, string claim) => claim.Split(':', 2) is ["mac", var mac]
        ? $"/macs/{spec.Macs.ToList().FindIndex(m => m.ToString() == mac)}"
        : $"/{claim.Split(':')[0]}";
}
