using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Machines;

/// <content>Machines without a document: one that asks once is kept in memory, one that returns is recorded; both are bounded.</content>
public sealed partial class Inventory
{
    /// <summary>Discovered machines on record that nobody accepted; past this the one not seen for longest is forgotten.</summary>
    public const int MostDiscovered = 4096;

    /// <summary>Machines that asked once and are held in memory alone; past this the oldest is forgotten.</summary>
    public const int MostGlimpsed = 1024;

    private readonly DiscoveredMachines _discovered = new();
    private readonly FirstSights _firstSights = new(MostGlimpsed);

    /// <summary>The machine behind <paramref name="identity"/> as <see cref="Observe"/> has it, except that one never seen before is held
    /// in memory alone until it comes back: what anybody can send, with ever new addresses, costs no write.</summary>
    public Machine Glimpse(MachineIdentity identity, FirmwareKind? firmware = null, string? architecture = null)
    {
        lock (_lock)
        {
            if (_fleet.Find(identity) is not { } machine)
                return Discover(identity, firmware, architecture, _time.GetUtcNow(), keep: false);
            if (!_discovered.IsGlimpsed(machine.Id))
                return Observe(identity, firmware, architecture);
            _discovered.Seen(machine.Id);
            return machine;
        }
    }

    /// <summary>Whether nobody has asked with <paramref name="card"/> before, as far as is remembered; it is remembered now.</summary>
    public bool IsFirstSight(MacAddress card)
    {
        lock (_firstSights)
            return _firstSights.Add(card);
    }

    /// <summary>The machine that <paramref name="identity"/> would be, on no record.</summary>
    public static Machine Stranger(MachineIdentity identity, FirmwareKind? firmware, string? architecture) =>
        New(identity, firmware, architecture, default, default);

    /// <summary>Whether <paramref name="machine"/> was seen once, and is held in memory alone.</summary>
    public bool IsGlimpsed(Machine machine)
    {
        if (machine.Accepted)
            return false;
        lock (_lock)
            return _discovered.IsGlimpsed(machine.Id);
    }

    private Machine Discover(MachineIdentity identity, FirmwareKind? firmware, string? architecture, DateTimeOffset now, bool keep)
    {
        var machine = New(identity, firmware, architecture, now, MachineId.New(now));
        if (_fleet.Named(machine.Name) is { } namesake)
            machine = machine with { Name = $"{machine.Name}-{machine.Id.Value[^6..]}",
                Observed = machine.Observed with { FirstSeen = namesake.Observed.FirstSeen } };
        if (keep)
        {
            MakeRoom();
            _discovered.AddKept(machine.Id);
            Record(machine);
        }
        else
        {
            if (_discovered.Glimpsed >= MostGlimpsed && _discovered.OldestGlimpsed(_adopting) is { } oldest)
            {
                _discovered.Remove(oldest);
                _fleet = _fleet.Without(oldest); // nothing was written of it, and nothing hangs on it
            }

            _discovered.AddGlimpsed(machine.Id);
        }

        _fleet = _fleet.With(machine);
        return machine;
    }

    private static Machine New(
        MachineIdentity identity, FirmwareKind? firmware, string? architecture, DateTimeOffset now, MachineId id) => new()
    {
        Id = id,
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

    // A discovered machine is here again: one that was only glimpsed comes on record.
    private void CameBack(Machine machine)
    {
        if (!_discovered.IsGlimpsed(machine.Id))
        {
            _discovered.Seen(machine.Id);
            return;
        }

        MakeRoom();
        _discovered.Keep(machine.Id);
        Record(machine);
    }

    private void MakeRoom()
    {
        if (_discovered.Kept < MostDiscovered || _discovered.OldestKept(_adopting) is not { } oldest)
            return;
        _discovered.Remove(oldest);
        _fleet = _fleet.Without(oldest);
        foreach (var change in Deletion(oldest))
            _store.Post(change);
        Evicted?.Invoke(oldest);
        Gone?.Invoke(oldest, null);
    }

    private void Record(Machine machine)
    {
        var seen = machine.Observed;
        _store.Post(Change.Put(Table.Machines, machine.Id.Value, new StoredMachine(machine.Name, null), version: 0));
        _store.Post(Change.Put(Table.Observations, machine.Id.Value, seen));
        var product = seen.Product is null ? "" : $", {seen.Manufacturer} {seen.Product}";
        _events.Add("machine.discovered", Level.Info, machine.Name, null, $"a machine without a document, {seen.Macs[0]}{product}");
    }

    private void SaveObservation(MachineId id, MachineObservation observed)
    {
        if (!_discovered.IsGlimpsed(id))
            _store.Post(Change.Put(Table.Observations, id.Value, observed));
    }
}
