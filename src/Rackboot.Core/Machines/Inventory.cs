using System.Collections.Immutable;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Machines;

/// <summary>The machines and profiles of the rack. Everything is in memory, so that the boot path needs no I/O; operators' changes are
/// on disk before they take effect, observations follow soon after.</summary>
public sealed partial class Inventory
{
    // Any host can report a known UUID with ever new hardware addresses.
    private const int MostCards = 64;

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
        (Provisioning, Pending) = (new ProvisioningBook(store, events, time), new PendingCards(events, time));
        _profiles = store.Load(Table.Profiles).Select(d => StoreJson.Read<Profile>(d) with { Version = d.Version })
            .ToImmutableDictionary(p => p.Name);
        var seen = StoreJson.ReadAll<MachineObservation>(store.Load(Table.Observations)).ToDictionary(d => d.Stored.Key, d => d.Document);
        _fleet = Fleet.Of([.. StoreJson.ReadAll<StoredMachine>(store.Load(Table.Machines)).Select(machine => new Machine
        {
            Id = new MachineId(machine.Stored.Key),
            Name = machine.Document.Name,
            Version = machine.Stored.Version,
            Spec = machine.Document.Spec,
            Observed = seen.GetValueOrDefault(machine.Stored.Key)
                ?? new MachineObservation { FirstSeen = time.GetUtcNow(), LastSeen = time.GetUtcNow() },
        })]);
        foreach (var discovered in _fleet.Machines.Where(m => !m.Accepted).OrderBy(m => m.Observed.LastSeen))
            _discovered.AddKept(discovered.Id);
        SeatAgain();
    }

    /// <summary>A machine was removed: merged into another one, which inherits its records, or (null) deleted or
    /// forgotten.</summary>
    public event Action<MachineId, MachineId?>? Gone;

    /// <summary>The user of a credential other than machines, in words; null if there is none.</summary>
    public Func<string, string?> CredentialUser { get; set; } = _ => null;

    /// <summary>A discovered machine made room for another one. Raised before <see cref="Gone"/>.</summary>
    public event Action<MachineId>? Evicted;

    public Fleet Fleet => _fleet;

    public IReadOnlyDictionary<string, Profile> Profiles => _profiles;

    /// <summary>The machine behind <paramref name="identity"/>, with its observations recorded; a machine never seen before
    /// is recorded as discovered.</summary>
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
                Uuid = SystemUuid.Canonical(identity.Uuid) is { } shown
                    && shown != SystemUuid.Canonical(old.Uuid) ? identity.Uuid : old.Uuid,
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

    /// <summary>The machines whose BMC is reached with a credential, in the order of their names.</summary>
    public IEnumerable<Machine> UsersOf(string credential) =>
        _fleet.Machines.Where(m => m.Spec?.Bmc?.Credentials.Contains(credential) is true).OrderBy(m => m.Name, StringComparer.Ordinal);

    /// <summary>The machine configuration of <paramref name="machine"/>, from disk; null if it has none.</summary>
    public Secret? Config(MachineId machine) =>
        _store.Find(Table.MachineConfigs, machine.Value) is { } stored ? new Secret(StoreJson.Read<byte[]>(stored)) : null;

    /// <summary>The token that machines of a profile join Omni with, from disk; null if it has none.</summary>
    public Secret? JoinToken(string profile) =>
        _store.Find(Table.JoinTokens, profile) is { } stored ? new Secret(StoreJson.Read<byte[]>(stored)) : null;

    // One machine may first have been seen as two: by a card alone, and later with a UUID that a known machine has. And a card that another
    // machine was seen with is in this one now.
    private void TakeOver(Machine machine, MachineIdentity identity)
    {
        var shown = new MachineSpec { Macs = [identity.Mac], Uuid = identity.Uuid, Serial = identity.Serial };
        var known = identity with { Uuid = identity.Uuid ?? machine.Spec?.Uuid ?? machine.Observed.Uuid, Serial = identity.Serial
            ?? machine.Spec?.Serial ?? machine.Observed.Serial };
        foreach (var other in _fleet.OnlyDiscoveredAs(shown, machine.Id)
            .Where(m => !_adopting.Contains(m.Id) && MayBe(m.Observed, known) && MayTake(machine, m)).ToList())
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
        && (SystemSerial.Canonical(seen.Serial) is not { } serial || SystemSerial.Canonical(identity.Serial) is not { } otherSerial
            || serial == otherSerial);

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
        [Change.Delete(Table.Machines, id.Value), Change.Delete(Table.Observations, id.Value),
            Change.Delete(Table.MachineConfigs, id.Value), Change.Delete(Table.Provisioning, id.Value)];
}
