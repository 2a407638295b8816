using System.Collections.Immutable;
using System.Net;

namespace Rackboot.Core.Machines;

/// <summary>An immutable snapshot of all machines, with its indexes, for readers without a lock.</summary>
public sealed class Fleet
{
    /// <summary>An artificial label of all machines without a document; no operator's label can equal it.</summary>
    public const string Discovered = "(discovered)";

    public static Fleet Empty { get; } = Of([]);

    private readonly FleetIndex<MachineId, Machine> _machines;
    private readonly FleetIndex<string, MachineId> _names;

    // What identifies a machine, and who shows it.
    private readonly FleetIndex<FleetKey, ImmutableArray<MachineId>> _keys;
    private readonly FleetOrder _order;

    private Fleet(
        FleetIndex<MachineId, Machine> machines,
        FleetIndex<string, MachineId> names,
        FleetIndex<FleetKey, ImmutableArray<MachineId>> keys,
        FleetOrder order,
        object described) =>
        (_machines, _names, _keys, _order, Described) = (machines, names, keys, order, described);

    /// <summary>Is another object once anything is changed that an operator said of any machine, and the same whatever was merely seen: who
    /// goes through all described machines again and again does so when it is another one.</summary>
    public object Described { get; }

    public IEnumerable<Machine> Machines => _machines.Values;

    public int Count => _machines.Count;

    /// <summary>The machines in the order of their names, of which only those are looked at that are wanted.</summary>
    /// <param name="after">Only those after this name.</param>
    /// <param name="prefix">Only those whose name begins with this.</param>
    /// <param name="labels">Only those that have one of these labels, <c>key=value</c> or <c>key</c> with any value; null is all
    /// machines.</param>
    public IEnumerable<Machine> InOrder(string? after = null, string prefix = "", IReadOnlyList<string>? labels = null) =>
        _order.From(after, prefix, labels).Select(id => _machines[id]);

    /// <summary>An upper bound of the machines with one of these labels.</summary>
    public int CountWith(IReadOnlyList<string> labels) => _order.CountWith(labels);

    public Machine? this[MachineId id] => _machines.Find(id, out var machine) ? machine : null;

    public Machine? Named(string name) => _names.Find(name, out var id) ? _machines[id] : null;

    /// <summary>The machine whose own card <paramref name="mac"/> is.</summary>
    public Machine? WithCard(MacAddress mac) => Only(FleetKey.Of(mac));

    public Machine? WithReservedAddress(IPAddress address) => Only(FleetKey.Of(address));

    /// <summary>The machine behind <paramref name="identity"/>. Documents take precedence over observations; among observations the
    /// UUID takes precedence over the MAC, because cards and dongles move; and a UUID or serial that several machines report identifies
    /// none of them.</summary>
    public Machine? Find(MachineIdentity identity)
    {
        var mac = FleetKey.Of(identity.Mac);
        FleetKey? uuid = SystemUuid.Canonical(identity.Uuid) is { } u ? FleetKey.Of(u) : null;
        FleetKey? serial = SystemSerial.Canonical(identity.Serial) is { } s ? FleetKey.OfSerial(s) : null;
        return Only(mac) ?? Only(uuid) ?? Only(serial) ?? Only(uuid?.Seen()) ?? Only(mac.Seen()) ?? Only(serial?.Seen());
    }

    /// <summary>A machine other than <paramref name="self"/> to which the operator already gave something that <paramref name="spec"/>
    /// claims, and what it is.</summary>
    public (Machine Machine, string Claim)? Conflict(MachineSpec spec, MachineId self)
    {
        foreach (var key in Keys(spec))
            foreach (var id in Having(key))
                if (id != self)
                    return (_machines[id], key.ToString());
        return null;
    }

    /// <summary>The machines that were only discovered and are covered by what <paramref name="spec"/> claims.</summary>
    public IEnumerable<Machine> DiscoveredAs(MachineSpec spec) =>
        Keys(spec).SelectMany(key => Having(key.Seen())).Distinct().Select(id => _machines[id])
            .Where(m => !m.Accepted);

    /// <summary>The machines beside <paramref name="self"/> that were only discovered and of which alone <paramref name="shown"/> tells:
    /// what several others show tells of none.</summary>
    public IEnumerable<Machine> OnlyDiscoveredAs(MachineSpec shown, MachineId self) =>
        Keys(shown).Select(key => Having(key.Seen()).Remove(self)).Where(ids => ids.Length == 1)
            .Select(ids => _machines[ids[0]]).Where(m => !m.Accepted).Distinct();

    /// <summary>Other machines that show the UUID that <paramref name="machine"/> shows.</summary>
    public IEnumerable<Machine> SharingUuid(Machine machine) =>
        SystemUuid.Canonical(machine.Observed.Uuid) is { } uuid
            ? Having(FleetKey.Of(uuid).Seen()).Where(id => id != machine.Id).Select(id => _machines[id]) : [];

    public IEnumerable<Machine> SeenWith(MacAddress mac) =>
        Having(FleetKey.Of(mac).Seen()).Select(id => _machines[id]);

    /// <summary>All machines of a store at once, on all cores: one after the other, each copies a part of every index, and half of a start
    /// is this.</summary>
    public static Fleet Of(IReadOnlyCollection<Machine> machines)
    {
        var all = new Dictionary<MachineId, Machine>(machines.Count);
        var names = new Dictionary<string, MachineId>(machines.Count);
        var keys = new Dictionary<FleetKey, ImmutableArray<MachineId>>(2 * machines.Count);
        var order = FleetOrder.Empty;
        Parallel.Invoke(() => order = FleetOrder.Of(machines), () =>
        {
            foreach (var machine in machines)
            {
                (all[machine.Id], names[machine.Name]) = (machine, machine.Id);
                foreach (var key in Keys(machine))
                    keys[key] = keys.TryGetValue(key, out var others) ? others.Add(machine.Id) : [machine.Id];
            }
        });
        return new Fleet(new(all), new(names), new(keys), order, new object());
    }

    /// <summary>With other seats and ways to join Omni, by which no machine is found.</summary>
    public Fleet Seated(IReadOnlyCollection<Machine> machines) => machines.Count == 0 ? this
        : new Fleet(_machines.With(machines.Select(m => (m.Id, m))), _names, _keys, _order, new object());

    public Fleet With(Machine machine)
    {
        var without = Without(machine.Id);
        var keys = Keys(machine).Aggregate(without._keys, (all, key) =>
            all.With(key, all.Find(key, out var others) ? others.Add(machine.Id) : [machine.Id]));
        return new Fleet(
            without._machines.With(machine.Id, machine), without._names.With(machine.Name, machine.Id), keys, without._order.With(machine),
            machine.Accepted ? new object() : without.Described);
    }

    public Fleet Without(MachineId id)
    {
        if (!_machines.Find(id, out var machine))
            return this;
        var keys = Keys(machine).Aggregate(_keys, (all, key) =>
            all[key].Remove(id) is { IsEmpty: false } others ? all.With(key, others) : all.Without(key));
        var described = machine.Accepted ? new object() : Described;
        return new Fleet(_machines.Without(id), _names.Without(machine.Name), keys, _order.Without(machine), described);
    }

    /// <summary>With only what was seen of <paramref name="machine"/> changed, which on the boot path is mostly its time.</summary>
    public Fleet WithObservation(Machine machine, MachineObservation observed)
    {
        var old = machine.Observed;
        var changed = machine with { Observed = observed };
        if (ReferenceEquals(old.Macs, observed.Macs) && old.Uuid == observed.Uuid && old.Serial == observed.Serial)
            return new Fleet(_machines.With(machine.Id, changed), _names, _keys, _order, Described);
        var with = With(changed);
        return new Fleet(with._machines, with._names, with._keys, _order, Described);
    }

    private Machine? Only(FleetKey? key) =>
        key is { } sought && _keys.Find(sought, out var ids) && ids.Length == 1 ? _machines[ids[0]] : null;

    private ImmutableArray<MachineId> Having(FleetKey key) => _keys.Find(key, out var ids) ? ids : [];

    private static IEnumerable<FleetKey> Keys(Machine machine) =>
        (machine.Spec is { } spec ? Keys(spec) : []).Concat(Keys(machine.Observed));

    /// <summary>What a machine so described is recognised by, which no other may be.</summary>
    internal static IEnumerable<string> Claims(MachineSpec spec) => Keys(spec).Select(key => key.ToString());

    private static IEnumerable<FleetKey> Keys(MachineSpec spec)
    {
        foreach (var mac in spec.Cards.Distinct())
            yield return FleetKey.Of(mac);
        if (SystemUuid.Canonical(spec.Uuid) is { } uuid)
            yield return FleetKey.Of(uuid);
        if (SystemSerial.Canonical(spec.Serial) is { } serial)
            yield return FleetKey.OfSerial(serial);
        if (spec.Address is { } address)
            yield return FleetKey.Of(address);
        if (spec.Bmc?.Machine is { } bmc)
            yield return FleetKey.OfBmc(bmc);
    }

    private static IEnumerable<FleetKey> Keys(MachineObservation observed)
    {
        foreach (var mac in observed.Macs)
            yield return FleetKey.Of(mac).Seen();
        if (SystemUuid.Canonical(observed.Uuid) is { } uuid)
            yield return FleetKey.Of(uuid).Seen();
        if (SystemSerial.Canonical(observed.Serial) is { } serial)
            yield return FleetKey.OfSerial(serial).Seen();
    }
}
