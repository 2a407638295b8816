using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <summary>Every boot with its timeline. Current boots are in memory; everything is written to disk later, except the token's hash,
/// which is on disk before the token leaves.</summary>
public sealed partial class BootLog
{
    private const int MostEntries = 1000;
    private const int MostForetold = 50;
    private const int MostBefore = 20;

    // Overhead of a timeline entry: its key and SQLite's share.
    private const int BytesBesideBody = 64;
    private const string PowerSource = "power";

    // A started machine without a request by then did not boot from the network.
    private static readonly TimeSpan ForetoldFor = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, BootRecord> _current = [];
    private readonly BootHistory _history = new();
    private readonly Dictionary<string, List<TimelineEntry>> _timelines = [];
    private readonly BootIndex _index = new();
    private readonly BootClock _clock;

    // The decisive facts of the previous boot: firmware restarts after a failure.
    private readonly Dictionary<MachineId, IReadOnlyList<TimelineEntry>> _before = [];

    // Power actions since the machine's last start, for the boot that has not sent a packet yet.
    private readonly Dictionary<MachineId, List<TimelineEntry>> _foretold = [];
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;

    private HistorySettings _settings;

    public BootLog(IStore store, EventLog events, TimeProvider time, HistorySettings? history = null)
    {
        (_store, _events, _time, _settings, _clock) = (store, events, time, history ?? new HistorySettings(), new BootClock(time));
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
        foreach (var boot in _index.Newest(null, null, int.MaxValue).Reverse())
            Learn(boot);
        foreach (var boot in _current.Values)
            _clock.Resume(boot);
    }

    /// <summary>Usual durations of the stages of this rack's boots.</summary>
    public StageTimes Usual { get; } = new();

    /// <summary>Limits of the stored boots; lower ones take effect at once.</summary>
    public HistorySettings History
    {
        get => _settings;
        set
        {
            _settings = value;
            Prune();
        }
    }

    /// <summary>Approximate disk space of all boots with their timelines.</summary>
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

    /// <summary>Time since the last progress, the begin and the last sign of the machine's boot, by the monotonic
    /// clock.</summary>
    public (TimeSpan Quiet, TimeSpan Age, TimeSpan Silent) Clock(MachineId machine)
    {
        lock (_lock)
            return (_clock.Since(machine), _clock.Age(machine), _clock.Silent(machine));
    }

    /// <summary>The stored boots, newest first.</summary>
    /// <param name="before">Only those before the boot with this id.</param>
    /// <param name="machine">Only those of the machine with this name, now or earlier.</param>
    public IReadOnlyList<BootRecord> Newest(string? before = null, string? machine = null, int most = int.MaxValue)
    {
        lock (_lock)
            return _index.Newest(before, machine, most);
    }

    /// <summary>The boot with this id or unique id prefix.</summary>
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

    /// <summary>Adds <paramref name="text"/> to the timeline of the machine's boot, which has reached at least <paramref name="stage"/>.
    /// A machine without a current boot, or one that starts over, gets a new boot.</summary>
    /// <param name="change">Further changes of the record.</param>
    /// <param name="fact">Its meaning.</param>
    public BootRecord Note(
        Machine machine, BootStage stage, string source, string text, Level level = Level.Info, Func<BootRecord,
            BootRecord>? change = null, Fact fact = default)
    {
        text = ShortText.Of(text);
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var boot = _current.GetValueOrDefault(machine.Id);
            if (boot is null || StartsOver(boot, stage))
                boot = Begin(machine, boot, now);
            if (RouterWait.Of(boot, stage, now) is { } wait)
                boot = Keep(boot, "rackboot", Level.Info, wait);
            var before = boot;
            var reached = boot.Stages.IsEmpty || stage > boot.Stage;
            boot = boot with
            {
                MachineName = machine.Name,
                Updated = now,
                Stage = reached ? stage : boot.Stage,
                Stages = boot.Stages.ContainsKey(stage) ? boot.Stages : boot.Stages.Add(stage, now),
                Outcome = boot.Outcome is BootOutcome.Failed or BootOutcome.Stalled && reached ? BootOutcome.Running : boot.Outcome,
                Now = boot.Outcome is BootOutcome.Failed or BootOutcome.Stalled && !reached ? boot.Now : text,
            };
            boot = change?.Invoke(boot) ?? boot;
            boot = Move(before, boot, reached, out var progress);
            if (fact.Kind is FactKind.Offered or FactKind.OfferedBootData)
                boot = boot with { Asks = boot.Asks + 1 };
            if (reached)
                _events.Add("boot.stage", level, machine.Name, boot.Id, $"{Name(stage)}: {text}");
            else if (level != Level.Info && !Repeats(boot, source, text))
                _events.Add("boot.note", level, machine.Name, boot.Id, text);
            return Keep(boot, source, level, text, fact, progress);
        }
    }

    /// <summary>Records received bytes of a file, without a timeline entry.</summary>
    internal void Move(MachineId machine, Func<BootRecord, BootRecord> change)
    {
        lock (_lock)
        {
            if (_current.GetValueOrDefault(machine) is not { } boot)
                return;
            var moved = Move(boot, change(boot), reached: false, out var progress);
            if (progress)
                Place(moved with { Updated = _time.GetUtcNow() });
        }
    }

    /// <summary>Adds an entry to the current boot, if any, without changing its stage.</summary>
    /// <param name="change">Changes of the record other than its stage.</param>
    public void Remark(
        MachineId machine, string source, string text, Level level = Level.Info, Fact fact = default, Func<BootRecord,
            BootRecord>? change = null)
    {
        text = ShortText.Of(text);
        lock (_lock)
        {
            if (_current.GetValueOrDefault(machine) is not { } boot)
                return;
            if (level != Level.Info && !Repeats(boot, source, text))
                _events.Add("boot.note", level, boot.MachineName, boot.Id, text);
            _clock.Hear(machine);
            boot = boot with { Updated = _time.GetUtcNow() };
            Keep(change?.Invoke(boot) ?? boot, source, level, text, fact);
        }
    }

    /// <summary>Adds an action of a machine that is not a step of its boot; begins a boot if there is none.</summary>
    public void Saw(Machine machine, string source, string text, Level level, Fact fact)
    {
        if (Current(machine.Id) is null)
            Note(machine, BootStage.Firmware, source, text, level, fact: fact);
        else
            Remark(machine.Id, source, text, level, fact);
    }

    /// <summary>Adds an entry about the appliance itself to every current boot.</summary>
    /// <param name="tell">The text for a boot; null: none.</param>
    public void RemarkAll(string source, Level level, FactKind kind, Func<BootRecord, string?> tell)
    {
        lock (_lock)
            foreach (var boot in _current.Values.Where(b => !b.IsOver).ToList())
                if (tell(boot) is { } text)
                    Keep(boot, source, level, ShortText.Of(text), new Fact(kind));
    }

    /// <summary>Adds a power action: to the current boot or, from an action that restarts the machine, to
    /// the boot that follows.</summary>
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

    /// <summary>Changes the current boot of <paramref name="machine"/> and waits until the change is on disk. Without a
    /// writable store the change stays in memory, so that machines boot; a restart before the next write loses it.</summary>
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
                "the store accepts no writes; this boot continues from memory; see: rackboot status");
        }

        return boot;
    }

    /// <summary>The boot whose configuration is served for a token with this hash: the newest of its machine that has a token. Any host can
    /// begin a boot, by a packet in the machine's name; only a newer token of the machine voids a token.</summary>
    public BootRecord? WithToken(string sha256)
    {
        lock (_lock)
            return _index.WithToken(sha256);
    }

    /// <summary>Marks the boots without progress for longer than their stage allows.</summary>
    public void MarkStalled()
    {
        lock (_lock)
        {
            foreach (var boot in _current.Values.ToList())
                if (boot.Outcome == BootOutcome.Running && _clock.Quiet(boot.Machine) is var quiet && quiet > StageLimits.For(boot.Stage))
                {
                    var text = $"no progress for {quiet.TotalSeconds:0} s; for the cause: rackboot explain {boot.MachineName}";
                    _events.Add("boot.stalled", Level.Warning, boot.MachineName, boot.Id, text);
                    Keep(boot with { Outcome = BootOutcome.Stalled, Now = text }, "rackboot", Level.Warning, text);
                }
        }
    }

    public static string Name(BootStage stage) => stage switch { BootStage.Ipxe => "iPXE", _ => stage.ToString().ToLowerInvariant() };

    // A new boot begins with a request of a program that runs before the stage reached. Firmware asks several times; iPXE also runs from a
    // card's ROM, where it comes first.
    private bool StartsOver(BootRecord boot, BootStage stage) => stage switch
    {
        BootStage.Firmware => boot.Stage > BootStage.Firmware
            || boot.Outcome is not (BootOutcome.Running or BootOutcome.Stalled or BootOutcome.Failed)
            || _clock.Silent(boot.Machine) > StageLimits.For(BootStage.Firmware),
        BootStage.Ipxe => boot.Stage > BootStage.Ipxe || boot.IsOver,
        _ => false,
    };

    private BootRecord Begin(Machine machine, BootRecord? earlier, DateTimeOffset now)
    {
        if (earlier is not null)
        {
            var entries = Entries(earlier.Id);
            _before[machine.Id] =
                [.. entries.Skip(entries.FindLastIndex(e => e.Progress) + 1).Where(e => e.Level != Level.Info).TakeLast(MostBefore)];
            Archive(Superseded(earlier));
        }

        var boot = new BootRecord
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Machine = machine.Id, MachineName = machine.Name, Started = now, Updated = now,
        };
        _timelines[boot.Id] = [];
        _clock.Begin(machine.Id);
        if (_foretold.Remove(machine.Id, out var foretold))
            foreach (var entry in foretold.Where(e => now - e.Time < ForetoldFor))
                boot = Append(boot, entry);
        return boot;
    }

    // Only a new stage or received bytes of a file count as progress.
    private BootRecord Move(BootRecord before, BootRecord boot, bool reached, out bool progress)
    {
        progress = reached || FileTransfers.CameFurther(before, boot);
        if (!progress)
        {
            _clock.Hear(boot.Machine);
            return boot;
        }

        if (_clock.Progress(boot.Machine, reached) is { } longest && before.Outcome == BootOutcome.Running && !before.Stages.IsEmpty)
            Usual.Add(before.Stage, longest);
        return boot with { Asks = 0, Outcome = boot.Outcome == BootOutcome.Stalled ? BootOutcome.Running : boot.Outcome };
    }

    private void Learn(BootRecord boot)
    {
        if (boot.Outcome is not BootOutcome.Succeeded)
            return;
        foreach (var (from, to) in boot.Stages.Zip(boot.Stages.Skip(1)))
            Usual.Add(from.Key, to.Value - from.Value);
    }

    private BootRecord Keep(BootRecord boot, string source, Level level, string text, Fact fact = default, bool progress = false)
    {
        if (boot.Entries < MostEntries && (progress || !Repeats(boot, source, text)))
            boot = Append(boot, new TimelineEntry(_time.GetUtcNow(), boot.Stage, source, level, text)
            {
                Kind = fact.Kind,
                About = fact.About,
                Progress = progress,
                After = _clock.Age(boot.Machine),
            });
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
        boot = Settle(Counted(boot));
        Entries(boot.Id).Add(entry);
        return Write(boot, [entry], boot.Entries) with { Entries = boot.Entries + 1 };
    }

    // A machine that polls or retries repeats itself: one timeline entry is enough.
    private bool Repeats(BootRecord boot, string source, string text) => Repeats(Entries(boot.Id), boot.Stage, source, text);

    private static bool Repeats(List<TimelineEntry> entries, BootStage stage, string source, string text)
    {
        for (var i = entries.Count - 1; i >= Math.Max(0, entries.Count - 6); i--)
            if (entries[i].Progress && entries[i].Text != text)
                return false;
            else if (entries[i].Source == source && entries[i].Text == text && entries[i].Stage == stage)
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
            return [.. _store.Load(Table.Timelines, boot + "/").SelectMany(TimelineRow.Read)];
        }
        catch (StoreException)
        {
            return []; // the store reports its problem; the boot continues
        }
    }
}
