using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <summary>Every boot with its timeline. What is under way is in memory; all of it follows to disk, except the token's hash, which is
/// there before the token leaves.</summary>
public sealed class BootLog
{
    private const int MostEntries = 1000;
    private const int MostForetold = 50;
    // Of a timeline entry: its key and what SQLite adds.
    private const int BytesBesideBody = 64;
    private const string PowerSource = "power";

    // A machine that was started and has not asked for anything by then did not boot from the network.
    private static readonly TimeSpan ForetoldFor = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, BootRecord> _current = [];
    private readonly BootHistory _history = new();
    private readonly Dictionary<string, List<TimelineEntry>> _timelines = [];
    private readonly BootIndex _index = new();

    // What was done to a machine's power since it was last started, for the boot that has not been heard of yet.
    private readonly Dictionary<MachineId, List<TimelineEntry>> _foretold = [];
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;

    private HistorySettings _settings;

    public BootLog(IStore store, EventLog events, TimeProvider time, HistorySettings? history = null)
    {
        (_store, _events, _time, _settings) = (store, events, time, history ?? new HistorySettings());
        foreach (var boot in store.Load(Table.Boots).Select(StoreJson.Read<BootRecord>))
            if (boot.Ended is not null)
            {
                Remember(boot);
            }
            else
            {
                if (_current.TryGetValue(boot.Machine, out var earlier))
                    Remember(earlier);
                Place(boot);
            }

        Prune();
    }

    /// <summary>How long boots are kept; less than before takes effect at once.</summary>
    public HistorySettings History
    {
        get => _settings;
        set
        {
            _settings = value;
            Prune();
        }
    }

    /// <summary>What all boots take on disk with their timelines, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _index.Bytes;
        }
    }

    public BootRecord? Current(MachineId machine)
    {
        lock (_lock)
            return _current.GetValueOrDefault(machine);
    }

    /// <summary>The boots that are kept, newest first.</summary>
    /// <param name="before">Only those before the boot with this id.</param>
    /// <param name="machine">Only those of the machine that has, or had, this name.</param>
    public IReadOnlyList<BootRecord> Newest(string? before = null, string? machine = null, int most = int.MaxValue)
    {
        lock (_lock)
            return _index.Newest(before, machine, most);
    }

    /// <summary>The boot with this id, or the only one whose id begins so.</summary>
    public BootRecord? Find(string id)
    {
        lock (_lock)
            return _index.Find(id);
    }

    public IReadOnlyList<TimelineEntry> Timeline(string boot)
    {
        lock (_lock)
            if (_index.Find(boot) is { } known && _current.GetValueOrDefault(known.Machine)?.Id == boot)
                return [.. Entries(boot)];
        return Stored(boot);
    }

    /// <summary>Notes <paramref name="text"/> on the machine's boot, which thereby has reached <paramref name="stage"/> or is beyond it.
    /// A machine without a boot under way, or one that starts over, gets a new boot.</summary>
    /// <param name="change">Further changes of the record.</param>
    public BootRecord Note(
        Machine machine, BootStage stage, string source, string text, Level level = Level.Info, Func<BootRecord, BootRecord>? change = null)
    {
        text = ShortText.Of(text);
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var boot = _current.GetValueOrDefault(machine.Id);
            if (boot is null || StartsOver(boot, stage, now))
                boot = Begin(machine, boot, now);
            if (RouterWait.Of(boot, stage, now) is { } wait)
                boot = Keep(boot, "rackboot", Level.Info, wait);
            var reached = boot.Stages.IsEmpty || stage > boot.Stage;
            boot = boot with
            {
                MachineName = machine.Name,
                Updated = now,
                Stage = reached ? stage : boot.Stage,
                Stages = boot.Stages.ContainsKey(stage) ? boot.Stages : boot.Stages.Add(stage, now),
                Outcome = boot.Outcome == BootOutcome.Stalled || boot.Outcome == BootOutcome.Failed && reached
                    ? BootOutcome.Running
                    : boot.Outcome,
                Now = boot.Outcome == BootOutcome.Failed && !reached ? boot.Now : text,
            };
            boot = change?.Invoke(boot) ?? boot;
            if (reached)
                _events.Add("boot.stage", level, machine.Name, boot.Id, $"{Name(stage)}: {text}");
            else if (level != Level.Info && !Repeats(boot, source, text))
                _events.Add("boot.note", level, machine.Name, boot.Id, text);
            return Keep(boot, source, level, text);
        }
    }

    /// <summary>Notes something on the boot under way, if there is one, that changes nothing about where it stands.</summary>
    public void Remark(MachineId machine, string source, string text, Level level = Level.Info)
    {
        text = ShortText.Of(text);
        lock (_lock)
        {
            if (_current.GetValueOrDefault(machine) is not { } boot)
                return;
            if (level != Level.Info && !Repeats(boot, source, text))
                _events.Add("boot.note", level, boot.MachineName, boot.Id, text);
            Keep(boot with { Updated = _time.GetUtcNow() }, source, level, text);
        }
    }

    /// <summary>Notes what was done to the machine's power: on the boot under way, or, from an action on that starts the machine anew, on
    /// the boot that comes of it.</summary>
    public void NotePower(MachineId machine, string text, Level level, bool starts)
    {
        text = ShortText.Of(text);
        lock (_lock)
        {
            var waiting = _foretold.GetValueOrDefault(machine);
            if (starts && waiting is null)
                _foretold[machine] = waiting = [];
            if (waiting is not null && waiting.Count < MostForetold)
                waiting.Add(new TimelineEntry(_time.GetUtcNow(), BootStage.Firmware, PowerSource, level, text));
            else if (waiting is null && _current.GetValueOrDefault(machine) is { } boot)
                Keep(boot with { Updated = _time.GetUtcNow() }, PowerSource, level, text);
        }
    }

    /// <summary>Changes the current boot of <paramref name="machine"/> and waits until that is on disk. While nothing can be stored memory
    /// has to do, so that machines boot: a restart before it can be stored again forgets the change.</summary>
    public async Task<BootRecord?> CommitAsync(MachineId machine, Func<BootRecord, BootRecord> change)
    {
        BootRecord boot;
        Task stored;
        lock (_lock)
        {
            if (_current.GetValueOrDefault(machine) is not { } current)
                return null;
            boot = change(current);
            Place(boot);
            stored = _store.CommitAsync([Change.Put(Table.Boots, boot.Id, boot)]); // here, so that later changes are stored later
        }

        try
        {
            await stored.ConfigureAwait(false);
        }
        catch (StoreException)
        {
            _events.Add("boot.unstored", Level.Warning, boot.MachineName, boot.Id,
                "this boot continues from memory: the store takes no writes; see: rackboot status");
        }

        return boot;
    }

    /// <summary>The boot whose configuration is served for a token with this hash: the newest of its machine that has a token. Anybody can
    /// make a boot begin, by a packet in the machine's name; a token is void when the machine itself gets another.</summary>
    public BootRecord? WithToken(string sha256)
    {
        lock (_lock)
            return _index.WithToken(sha256);
    }

    /// <summary>When a configuration was last delivered to the machine, in the boots that are kept.</summary>
    public DateTimeOffset? LastDelivery(MachineId machine)
    {
        lock (_lock)
            return _history.Of(machine).Append(_current.GetValueOrDefault(machine)).Max(b => b?.ConfigDelivered);
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

    /// <summary>Marks the boots of which nothing was heard for longer than their stage allows.</summary>
    public void MarkStalled()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var boot in _current.Values.ToList())
                if (boot.Outcome == BootOutcome.Running && now - boot.Updated is var silence && silence > StageLimits.For(boot.Stage))
                {
                    var text = $"nothing was heard for {silence.TotalSeconds:0} s; {StageLimits.Suspicion(boot.Stage)}";
                    _events.Add("boot.stalled", Level.Warning, boot.MachineName, boot.Id, text);
                    Keep(boot with { Outcome = BootOutcome.Stalled, Now = text }, "rackboot", Level.Warning, text);
                }
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

    public static string Name(BootStage stage) => stage switch { BootStage.Ipxe => "iPXE", _ => stage.ToString().ToLowerInvariant() };

    // A machine begins anew when a program asks that runs before the stage it had reached. Firmware asks several times; iPXE runs from a
    // card's ROM too, where it is what comes first.
    private static bool StartsOver(BootRecord boot, BootStage stage, DateTimeOffset now) => stage switch
    {
        BootStage.Firmware => boot.Stage > BootStage.Firmware || boot.Outcome is not (BootOutcome.Running or BootOutcome.Stalled
            or BootOutcome.Failed) || now - boot.Updated > StageLimits.For(BootStage.Firmware),
        BootStage.Ipxe => boot.Stage > BootStage.Ipxe || boot.IsOver,
        _ => false,
    };

    private BootRecord Begin(Machine machine, BootRecord? earlier, DateTimeOffset now)
    {
        if (earlier is not null)
            Archive(Superseded(earlier));
        var boot = new BootRecord
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Machine = machine.Id, MachineName = machine.Name, Started = now, Updated = now,
        };
        _timelines[boot.Id] = [];
        if (_foretold.Remove(machine.Id, out var foretold))
            foreach (var entry in foretold.Where(e => now - e.Time < ForetoldFor))
                boot = Append(boot, entry);
        return boot;
    }

    private BootRecord Keep(BootRecord boot, string source, Level level, string text)
    {
        if (boot.Entries < MostEntries && !Repeats(boot, source, text))
            boot = Append(boot, new TimelineEntry(_time.GetUtcNow(), boot.Stage, source, level, text));
        Place(boot);
        _store.Post(Change.Put(Table.Boots, boot.Id, boot));
        if (_index.Bytes > _settings.BootBytes)
            Prune();
        return boot;
    }

    private void Place(BootRecord boot)
    {
        _current[boot.Machine] = boot;
        _index.Put(boot);
    }

    private BootRecord Append(BootRecord boot, TimelineEntry entry)
    {
        Entries(boot.Id).Add(entry);
        var change = Change.Put(Table.Timelines, $"{boot.Id}/{boot.Entries:d5}", entry);
        _store.Post(change);
        return boot with { Entries = boot.Entries + 1, Bytes = boot.Bytes + BytesBesideBody + change.Body!.Length };
    }

    // A machine that polls or retries says the same again and again: once is enough on the timeline.
    private bool Repeats(BootRecord boot, string source, string text)
    {
        var entries = Entries(boot.Id);
        for (var i = entries.Count - 1; i >= Math.Max(0, entries.Count - 6); i--)
            if (entries[i].Source == source && entries[i].Text == text && entries[i].Stage == boot.Stage)
                return true;
        return false;
    }

    private List<TimelineEntry> Entries(string boot)
    {
        if (!_timelines.TryGetValue(boot, out var entries))
            _timelines[boot] = entries = Stored(boot);
        return entries;
    }

    private List<TimelineEntry> Stored(string boot)
    {
        try
        {
            return [.. _store.Load(Table.Timelines, boot + "/").Select(StoreJson.Read<TimelineEntry>)];
        }
        catch (StoreException)
        {
            return []; // the store says what is wrong; the boot goes on
        }
    }

    private void Archive(BootRecord boot)
    {
        boot = boot with { Ended = boot.Ended ?? _time.GetUtcNow() };
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
        _index.Remove(boot);
        _store.Post(Change.Delete(Table.Boots, boot.Id));
        _store.Post(Change.DeletePrefix(Table.Timelines, boot.Id + "/"));
    }

    private List<BootRecord> Take(MachineId machine)
    {
        var boots = _history.Take(machine).ToList();
        if (_current.Remove(machine, out var current))
            boots.Add(current);
        return boots;
    }

    private static BootRecord Superseded(BootRecord boot) => Over(boot, "the machine started over");

    private static BootRecord Over(BootRecord boot, string because) =>
        boot.IsOver ? boot : boot with { Outcome = BootOutcome.Superseded, Now = because };
}
