using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <content>Boots that are no longer the newest of their machine: their owner and retention.</content>
public sealed partial class BootLog
{
    /// <summary>Another boot followed this one, or its machine was deleted. It is raised under the log's lock: handlers only remember
    /// it.</summary>
    public event Action<BootRecord>? Ended;

    /// <summary>When a configuration was last delivered to the machine, according to the stored boots.</summary>
    public DateTimeOffset? LastDelivery(MachineId machine)
    {
        lock (_lock)
            return _history.Of(machine).Append(_current.GetValueOrDefault(machine)).Max(b => b?.ConfigDelivered);
    }

    /// <summary>The machine's boots before the current one, oldest first.</summary>
    public IReadOnlyList<BootRecord> Earlier(MachineId machine)
    {
        lock (_lock)
            return _history.Of(machine);
    }

    /// <summary>The faults in the machine's previous boot since its last progress.</summary>
    public IReadOnlyList<TimelineEntry> Before(MachineId machine)
    {
        lock (_lock)
            return _before.GetValueOrDefault(machine, []);
    }

    /// <summary>Records the delivery of the configuration on a boot that is no longer the newest.</summary>
    public void DeliveredLate(BootRecord boot, DateTimeOffset now)
    {
        lock (_lock)
            if (_history.Of(boot.Machine).Find(b => b.Id == boot.Id) is { ConfigDelivered: null } known)
            {
                var delivered = known with { ConfigDelivered = now };
                _history.Replace(known, delivered);
                _index.Put(delivered);
                _store.Post(Change.Put(Table.Boots, boot.Id, delivered));
            }
    }

    /// <summary>The machine <paramref name="gone"/> was removed: its boots now belong to <paramref name="heir"/>, or become
    /// history with its retention, and their tokens are void.</summary>
    public void Inherit(MachineId gone, MachineId? heir)
    {
        lock (_lock)
        {
            var boots = Take(gone);
            if (heir is not { } machine)
            {
                foreach (var boot in boots)
                    Archive(Over(boot, "the machine was deleted") with { TokenSha256 = null });
            }
            else if (boots.Count > 0)
            {
                boots = [.. Take(machine).Concat(boots).Select(b => b with { Machine = machine }).OrderBy(b => b.Started)];
                foreach (var earlier in boots[..^1])
                    Archive(Superseded(earlier) with { TokenSha256 = null });
                Place(boots[^1] with { Ended = null });
                _store.Post(Change.Put(Table.Boots, boots[^1].Id, boots[^1] with { Ended = null }));
            }
        }
    }

    /// <summary>A discovered machine was dropped in favour of another one: deletes its boots.</summary>
    public void Forget(MachineId stranger)
    {
        lock (_lock)
            Take(stranger).ForEach(Forget);
    }

    /// <summary>Turns the boots of removed machines into history, in case a crash prevented it.</summary>
    /// <param name="exists">Whether there is a machine of this id.</param>
    public void Retire(Func<MachineId, bool> exists)
    {
        List<MachineId> gone;
        lock (_lock)
            gone = [.. _current.Keys.Where(id => !exists(id))];
        gone.ForEach(id => Inherit(id, null));
    }

    /// <summary>Deletes boots beyond the limits of age and number. Call it periodically; the limit of bytes is always enforced.</summary>
    public void Prune()
    {
        lock (_lock)
            while (_history.Oldest is { } oldest
                && (_index.Bytes > _settings.BootBytes || _time.GetUtcNow() - BootHistory.Ended(oldest) > _settings.Boots))
            {
                _history.Remove(oldest);
                Forget(oldest);
            }
    }

    /// <summary>Stores the current boots after a failure of the store.</summary>
    public void StoreAgain()
    {
        lock (_lock)
            foreach (var boot in _current.Values)
                _store.Post(Change.Put(Table.Boots, boot.Id, boot));
    }

    private void Archive(BootRecord boot)
    {
        var isNew = boot.Ended is null;
        boot = Settle(boot) with { Ended = boot.Ended ?? _time.GetUtcNow() };
        _store.Post(Change.Put(Table.Boots, boot.Id, boot));
        Remember(boot);
        if (isNew)
            Ended?.Invoke(boot);
    }

    private void Remember(BootRecord boot)
    {
        _history.Add(boot);
        _index.Put(boot);
        _timelines.Remove(boot.Id);
        while (_history.Of(boot.Machine) is { } ofMachine && ofMachine.Count >= _settings.BootsPerMachine)
        {
            _history.Remove(ofMachine[0]);
            Forget(ofMachine[0]);
        }
    }

    private void Forget(BootRecord boot)
    {
        _timelines.Remove(boot.Id);
        _unstored.Remove(boot.Id);
        _index.Remove(boot);
        _store.Post(Change.Delete(Table.Boots, boot.Id));
        _store.Post(Change.DeletePrefix(Table.Timelines, boot.Id + "/"));
    }

    private List<BootRecord> Take(MachineId machine)
    {
        var boots = _history.Take(machine).ToList();
        if (_current.Remove(machine, out var current))
            boots.Add(current);
        _clock.Forget(machine);
        _before.Remove(machine);
        return boots;
    }

    private static BootRecord Superseded(BootRecord boot) => Over(boot, "the machine began another boot");

    private static BootRecord Over(BootRecord boot, string because) =>
        boot.IsOver ? boot : boot with { Outcome = BootOutcome.Superseded, Now = because };
}
