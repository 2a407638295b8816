using System.Collections.Immutable;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <content>Boots that are not the newest of their machine any more, and whose they are.</content>
public sealed partial class BootLog
{
    /// <summary>The machine <paramref name="gone"/> is no more: its boots are those of <paramref name="heir"/> from now on, or are
    /// forgotten.</summary>
    public void Inherit(MachineId gone, MachineId? heir)
    {
        lock (_lock)
        {
            var boots = Take(gone);
            if (heir is not { } machine)
                boots.ForEach(Forget);
            else if (boots.Count > 0)
            {
                boots = [.. Take(machine).Concat(boots).Select(b => b with { Machine = machine }).OrderBy(b => b.Started)];
                foreach (var earlier in boots[..^1])
                    Archive(Superseded(earlier) with { TokenSha256 = null });
                Place(boots[^1]);
                foreach (var boot in _earlier.GetValueOrDefault(machine, []).Add(boots[^1]))
                    _store.Post(Change.Put(Table.Boots, boot.Id, boot));
            }
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
        var earlier = _earlier.GetValueOrDefault(boot.Machine, []).Add(boot);
        _index.Put(boot);
        _timelines.Remove(boot.Id);
        if (earlier.Count >= KeptPerMachine)
        {
            Forget(earlier[0]);
            earlier = earlier.RemoveAt(0);
        }

        _earlier[boot.Machine] = earlier;
    }

    private void Forget(BootRecord boot)
    {
        _timelines.Remove(boot.Id);
        _index.Remove(boot);
        _store.Post(Change.Delete(Table.Boots, boot.Id));
        _store.Post(Change.DeletePrefix(Table.Timelines, boot.Id + "/"));
    }

    private List<BootRecord> Take(MachineId machine)
    {
        var boots = _earlier.Remove(machine, out var earlier) ? earlier.ToList() : [];
        if (_current.Remove(machine, out var current))
            boots.Add(current);
        _clock.Forget(machine);
        _before.Remove(machine);
        return boots;
    }

    private static BootRecord Superseded(BootRecord boot) =>
        boot.IsOver ? boot : boot with { Outcome = BootOutcome.Superseded, Now = "the machine started over" };

    /// <summary>Notes on a boot that is not the newest any more that its configuration was delivered.</summary>
    public void DeliveredLate(BootRecord boot, DateTimeOffset now)
    {
        lock (_lock)
            if (_earlier.TryGetValue(boot.Machine, out var earlier)
                && earlier.Find(b => b.Id == boot.Id) is { ConfigDelivered: null } known)
            {
                var delivered = known with { ConfigDelivered = now };
                _earlier[boot.Machine] = earlier.Replace(known, delivered);
                _index.Put(delivered);
                _store.Post(Change.Put(Table.Boots, boot.Id, delivered));
            }
    }
}
