using System.Collections.Concurrent;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Trust;

/// <summary>Which machines are armed, since when and by whom, and which were provisioned here before. Both are on disk before they
/// take effect.</summary>
public sealed class ProvisioningBook
{
    private readonly ConcurrentDictionary<MachineId, ProvisioningState> _states = new();
    private readonly Lock _lock = new();
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;

    public ProvisioningBook(IStore store, EventLog events, TimeProvider time)
    {
        (_store, _events, _time) = (store, events, time);
        foreach (var document in store.Load(Table.Provisioning))
            _states[new MachineId(document.Key)] = StoreJson.Read<ProvisioningState>(document);
    }

    /// <summary>How long a machine stays armed without fetching its configuration.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long retries are answered after a complete delivery.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The state of <paramref name="machine"/>.</summary>
    public ProvisioningState Of(MachineId machine) =>
        !_states.TryGetValue(machine, out var state) ? ProvisioningState.None
        : state.Arm is { } arm && !arm.IsInForce(_time.GetUtcNow(), Limit, Grace) ? state with { Arm = null }
        : state;

    /// <summary>Until when an arm holds if nothing is delivered.</summary>
    public DateTimeOffset Until(Arm arm) => arm.Delivered is { } delivered ? delivered + Grace : arm.Since + Limit;

    /// <summary>Arms a machine, or arms it again.</summary>
    public async Task ArmAsync(Machine machine, string by, string why)
    {
        var arming = Arming(machine.Id, by, why);
        await _store.CommitAsync([arming.Change]).ConfigureAwait(false);
        Armed(machine.Id, machine.Name, arming.State);
    }

    /// <summary>What must be stored to arm a machine, for a caller that stores more with it and then calls <see cref="Armed"/>.</summary>
    internal (Change Change, ProvisioningState State) Arming(MachineId machine, string by, string why)
    {
        var state = Of(machine) with { Arm = new Arm(_time.GetUtcNow(), by, why) };
        return (Put(machine, state), state);
    }

    internal void Armed(MachineId machine, string name, ProvisioningState state)
    {
        lock (_lock)
            _states[machine] = state;
        _events.Add("machine.armed", Level.Info, name, null,
            $"armed by {state.Arm!.By} ({state.Arm.Why}): it gets its machine configuration once, within {Words(Limit)}");
    }

    /// <summary>Ends the arm of a machine.</summary>
    /// <returns>False if it was not armed.</returns>
    public async Task<bool> DisarmAsync(Machine machine, string by)
    {
        Task stored;
        lock (_lock)
        {
            if (Of(machine.Id) is not { Arm: not null } state)
                return false;
            _states[machine.Id] = state with { Arm = null };
            stored = _store.CommitAsync([Put(machine.Id, state with { Arm = null })]);
        }

        await stored.ConfigureAwait(false);
        _events.Add("machine.disarmed", Level.Info, machine.Name, null, $"disarmed by {by}");
        return true;
    }

    /// <summary>The machine has left its cluster: it waits for a new order.</summary>
    public Task LeftAsync(Machine machine) => ChangeAsync(machine.Id, state => state with { ProvisionedFor = null, Arm = null });

    /// <summary>The machine's configuration has left completely: the machine was provisioned here, and its arm ends after the
    /// grace.</summary>
    public Task DeliveredAsync(Machine machine) => ChangeAsync(machine.Id, state =>
    {
        var now = _time.GetUtcNow();
        return state with
        {
            Provisioned = now,
            ProvisionedFor = machine.Seat?.Cluster,
            Arm = state.Arm is { Delivered: null } arm ? arm with { Delivered = now } : state.Arm,
        };
    });

    /// <summary>Reports and stores expired arms.</summary>
    public void Sweep(Func<MachineId, string?> nameOf)
    {
        foreach (var id in _states.Keys)
            lock (_lock)
                if (_states.TryGetValue(id, out var state) && state.Arm is { } arm && Of(id) is { Arm: null } ended)
                {
                    _states[id] = ended;
                    _store.Post(Put(id, ended));
                    if (nameOf(id) is { } name)
                        Ended(name, arm);
                }
    }

    /// <summary>A store of an earlier version does not record provisioned machines; the boots of that time do.</summary>
    public void Remember(MachineId machine, DateTimeOffset delivered)
    {
        var state = new ProvisioningState { Provisioned = delivered };
        if (_states.TryAdd(machine, state))
            _store.Post(Put(machine, state));
    }

    internal void Forget(MachineId machine)
    {
        if (_states.TryRemove(machine, out _))
            _store.Post(Change.Delete(Table.Provisioning, machine.Value));
    }

    private Task ChangeAsync(MachineId machine, Func<ProvisioningState, ProvisioningState> change)
    {
        lock (_lock)
        {
            var state = _states[machine] = change(Of(machine));
            return _store.CommitAsync([Put(machine, state)]);
        }
    }

    private void Ended(string name, Arm arm)
    {
        if (arm.Delivered is not null)
            _events.Add("machine.disarmed", Level.Info, name, null,
                $"disarmed: it got its machine configuration, and the grace period of {Words(Grace)} is over");
        else
            _events.Add("machine.disarmed", Level.Warning, name, null,
                $"disarmed: it did not fetch its machine configuration within {Words(Limit)}; arm it again with: rackboot provision "
                    + $"{name}");
    }

    private static string Words(TimeSpan time) =>
        time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s" : time.TotalHours < 2 ? $"{time.TotalMinutes:0} min" : $"{time.TotalHours:0} h";

    private static Change Put(MachineId machine, ProvisioningState state) => Change.Put(Table.Provisioning, machine.Value, state);
}
