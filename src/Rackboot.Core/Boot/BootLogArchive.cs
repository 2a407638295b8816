using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <content>Boots that are not the newest of their machine any more, whose they are, and how long they are kept.</content>
public sealed partial class BootLog
{
    /// <summary>When a configuration was last delivered to the machine, in the boots that are kept.</summary>
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

    /// <summary>What went wrong in the machine's boot before the current one, since that came further last.</summary>
    public IReadOnlyList<TimelineEntry> Before(MachineId machine)
    {
        lock (_lock)
            return _before.GetValueOrDefault(machine, []);
    }

    /// <summary>Notes on a boot that is not the newest any more that its configuration was delivered.</summary>
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

    /// <summary>The machine <paramref name="gone"/> is no more: its boots are those of <paramref name="heir"/> from now on, or are
    /// history: they are kept for as long as that is, and their tokens are void.</summary>
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

    /// <summary>A machine that nobody described made room for another stranger: its boots go with it.</summary>
    public void Forget(MachineId stranger)
    {
        lock (_lock)
            Take(stranger).ForEach(Forget);
    }

    /// <summary>The boots of machines that are no more become history: a crash may have come between.</summary>
    /// <param name="exists">Whether there is a machine of this id.</param>
    public void Retire(Func<MachineId, bool> exists)
    {
        List<MachineId> gone;
        lock (_lock)
            gone = [.. _current.Keys.Where(id => !exists(id))];
        gone.ForEach(id => Inherit(id, null));
    }

    /// <summary>Forgets what is older or more than is kept. To be called now and then; the bytes are held at all times.</summary>
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

    /// <summary>Stores the boots under way, after a time in which nothing could be stored.</summary>
    public void StoreAgain()
    {
        lock (_lock)
            foreach (var boot in _current.Values)
                _store.Post(Change.Put(Table.Boots, boot.Id, boot));
    }

    private void Archive(BootRecord boot)
    {
        boot = Settle(boot) with { Ended = boot.Ended ?? _time.GetUtcNow() };
        _store.Post(Change.Put(Table.Boots, boot.Id, boot));
        Remember(boot);
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
