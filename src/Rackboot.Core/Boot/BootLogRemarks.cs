using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <content>What comes in great numbers: lines of kernel logs and events of nodes. Every few seconds those of a boot that came meanwhile
/// are stored, as one row: each row of its own would be a page of the store that is read and written.</content>
public sealed partial class BootLog
{
    // By boot; they are at the end of its timeline.
    private readonly Dictionary<string, List<TimelineEntry>> _unstored = [];

    /// <summary>Notes on the boot under way, if there is one, what changes nothing about where it stands.</summary>
    public void Remark(MachineId machine, string source, IReadOnlyList<Remark> remarks)
    {
        if (remarks.Count == 0)
            return;
        lock (_lock)
        {
            if (_current.GetValueOrDefault(machine) is not { } boot)
                return;
            _clock.Hear(machine);
            var (now, after) = (_time.GetUtcNow(), _clock.Age(machine));
            var timeline = Entries(boot.Id);
            var entries = Counted(boot).Entries;
            if (!_unstored.TryGetValue(boot.Id, out var unstored))
                _unstored.Add(boot.Id, unstored = []);
            foreach (var remark in remarks)
            {
                var text = ShortText.Of(remark.Text);
                if (Repeats(timeline, boot.Stage, source, text))
                    continue;
                if (remark.Level != Level.Info)
                    _events.Add("boot.note", remark.Level, boot.MachineName, boot.Id, text);
                if (entries >= MostEntries)
                    continue;
                var entry = new TimelineEntry(now, boot.Stage, source, remark.Level, text)
                {
                    Kind = remark.Fact.Kind, About = remark.Fact.About, After = after,
                };
                timeline.Add(entry);
                unstored.Add(entry);
                entries++;
            }

            Place(boot with { Updated = now, Entries = entries });
        }
    }

    /// <summary>Stores what was remarked. To be called every few seconds.</summary>
    public void StoreRemarks()
    {
        lock (_lock)
        {
            foreach (var id in _unstored.Keys.ToList())
                if (_index.Find(id) is { } boot && _current.GetValueOrDefault(boot.Machine)?.Id == id)
                {
                    boot = Settle(boot);
                    Place(boot);
                    _store.Post(Change.Put(Table.Boots, id, boot));
                }

            if (_index.Bytes > _settings.BootBytes)
                Prune();
        }
    }

    // Stores the end of the timeline that is in memory alone.
    private BootRecord Settle(BootRecord boot) =>
        _unstored.Remove(boot.Id, out var rest) && rest.Count > 0 ? Write(boot, rest, boot.Entries - rest.Count) : boot;

    // The daemon may have ended before the record followed its timeline.
    private BootRecord Counted(BootRecord boot) =>
        Entries(boot.Id).Count is var count && count > boot.Entries ? boot with { Entries = count } : boot;

    private BootRecord Write(BootRecord boot, List<TimelineEntry> entries, int first)
    {
        var change = TimelineRow.Put($"{boot.Id}/{first:d5}", entries);
        _store.Post(change);
        return boot with { Bytes = boot.Bytes + BytesBesideBody + change.Body!.Length };
    }
}
