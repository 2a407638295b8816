using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <content>What comes in great numbers: lines of kernel logs and events of nodes. Those that come together are one row of the store, and
/// the record of the boot follows every few seconds.</content>
public sealed partial class BootLog
{
    private readonly HashSet<MachineId> _unstored = [];

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
            boot = Counted(boot) with { Updated = now };
            var timeline = Entries(boot.Id);
            var added = new List<TimelineEntry>(remarks.Count);
            foreach (var remark in remarks)
            {
                var text = ShortText.Of(remark.Text);
                if (Repeats(boot, source, text))
                    continue;
                if (remark.Level != Level.Info)
                    _events.Add("boot.note", remark.Level, boot.MachineName, boot.Id, text);
                if (boot.Entries + added.Count >= MostEntries)
                    continue;
                added.Add(new TimelineEntry(now, boot.Stage, source, remark.Level, text)
                {
                    Kind = remark.Fact.Kind, About = remark.Fact.About, After = after,
                });
                timeline.Add(added[^1]); // here, so that the next one may repeat it
            }

            if (added.Count > 0)
                boot = Write(boot, added);
            Place(boot);
            _unstored.Add(machine);
            if (_index.Bytes > _settings.BootBytes)
                Prune();
        }
    }

    /// <summary>Stores the records of boots that only remarks were added to. To be called every few seconds.</summary>
    public void StoreRemarked()
    {
        lock (_lock)
        {
            foreach (var machine in _unstored)
                if (_current.TryGetValue(machine, out var boot))
                    _store.Post(Change.Put(Table.Boots, boot.Id, boot));
            _unstored.Clear();
        }
    }

    // The daemon may have ended before the record followed its timeline.
    private BootRecord Counted(BootRecord boot) =>
        Entries(boot.Id).Count is var count && count > boot.Entries ? boot with { Entries = count } : boot;

    private BootRecord Write(BootRecord boot, List<TimelineEntry> added)
    {
        var key = $"{boot.Id}/{boot.Entries:d5}";
        var change = added is [var one] ? Change.Put(Table.Timelines, key, one) : Change.Put(Table.Timelines, key, added);
        _store.Post(change);
        return boot with { Entries = boot.Entries + added.Count, Bytes = boot.Bytes + BytesBesideBody + change.Body!.Length };
    }

    // A row is an entry, or those that came together.
    private static IReadOnlyList<TimelineEntry> Read(StoredDocument row) =>
        row.Body.Span is [(byte)'[', ..] ? StoreJson.Read<TimelineEntry[]>(row) : [StoreJson.Read<TimelineEntry>(row)];
}
